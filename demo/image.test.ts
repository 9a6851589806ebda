import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  contentLabel,
  DEMO_IMAGE,
  demoBackendYaml,
  failureOf,
  imageChanges,
  importPath,
  rootFilesystem,
} from './image.ts';
import { parseLdd, unusualFolders } from './libraries.ts';

const glibc = `
	linux-vdso.so.1 (0x00007f0584cb9000)
	libdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007f0584ca3000)
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f058473e000)
	/lib64/ld-linux-x86-64.so.2 (0x00007f0584cbb000)
`;
const musl = `
	/lib/ld-musl-x86_64.so.1 (0x7f1)
	libstdc++.so.6 => /usr/lib/libstdc++.so.6 (0x7f2)
	libc.musl-x86_64.so.1 => /lib/ld-musl-x86_64.so.1 (0x7f1)
`;
const nix = `
	libm.so.6 => /nix/store/abc-glibc/lib/libm.so.6 (0x1)
	/lib64/ld-linux-x86-64.so.2 => /nix/store/abc-glibc/lib/ld-linux-x86-64.so.2 (0x2)
`;

describe('what ldd names goes into the image', () => {
  const table: [string, string, Record<string, string[]>, string[]][] = [
    [
      'glibc',
      glibc,
      {
        '/lib/x86_64-linux-gnu/libdl.so.2': ['/lib/x86_64-linux-gnu/libdl.so.2'],
        '/lib/x86_64-linux-gnu/libc.so.6': ['/lib/x86_64-linux-gnu/libc.so.6'],
        '/lib64/ld-linux-x86-64.so.2': ['/lib64/ld-linux-x86-64.so.2'],
      },
      [],
    ],
    [
      'musl',
      musl,
      {
        '/lib/ld-musl-x86_64.so.1': ['/lib/ld-musl-x86_64.so.1', '/lib/libc.musl-x86_64.so.1'],
        '/usr/lib/libstdc++.so.6': ['/usr/lib/libstdc++.so.6'],
      },
      [],
    ],
    [
      'a loader under another name',
      nix,
      {
        '/nix/store/abc-glibc/lib/libm.so.6': ['/nix/store/abc-glibc/lib/libm.so.6'],
        '/nix/store/abc-glibc/lib/ld-linux-x86-64.so.2': [
          '/nix/store/abc-glibc/lib/ld-linux-x86-64.so.2',
          '/lib64/ld-linux-x86-64.so.2',
        ],
      },
      ['/nix/store/abc-glibc/lib'],
    ],
    ['static, glibc', '\tnot a dynamic executable\n', {}, []],
    ['static-pie', '\tstatically linked\n', {}, []],
    ['static, musl', '/lib/ld-musl-x86_64.so.1: node: Not a valid dynamic program\n', {}, []],
  ];
  test.each(table)('%s', (_name, output, expected, folders) => {
    const libraries = parseLdd(output);
    expect(Object.fromEntries(libraries.map(({ source, paths }) => [source, paths]))).toEqual(
      expected,
    );
    expect(unusualFolders(libraries)).toEqual(folders);
  });

  test('a missing library is an error that names it', () => {
    expect(() => parseLdd('\tlibatomic.so.1 => not found\n')).toThrow('libatomic.so.1');
  });

  test('the root filesystem holds Node, the engine and every library path', () => {
    const entries = rootFilesystem({
      nodePath: '/opt/node/bin/node',
      libraries: parseLdd(musl),
      script: Buffer.from('engine'),
    });
    expect(entries.map((entry) => entry.path)).toEqual([
      'tmp',
      'etc/passwd',
      'etc/hosts',
      'usr/bin/node',
      'demo/engine.mjs',
      'lib/ld-musl-x86_64.so.1',
      'lib/libc.musl-x86_64.so.1',
      'usr/lib/libstdc++.so.6',
    ]);
  });
});

test('the label changes with the Node binary and the engine, and with nothing else', () => {
  const node = { path: '/usr/bin/node', size: 1, mtime_ms: 1 };
  const script = Buffer.from('a');
  const label = contentLabel({ node, script });
  expect(label).toMatch(/^[0-9a-f]{64}$/);
  expect(contentLabel({ node: { ...node }, script: Buffer.from('a') })).toBe(label);
  const others = [
    contentLabel({ node: { ...node, path: '/bin/node' }, script }),
    contentLabel({ node: { ...node, size: 2 }, script }),
    contentLabel({ node: { ...node, mtime_ms: 2 }, script }),
    contentLabel({ node, script: Buffer.from('b') }),
  ];
  expect(new Set([label, ...others]).size).toBe(5);
});

test.each([
  ['longshore/stand-in:1', 'longshore/stand-in', '1'],
  ['localhost:5000/stand-in', 'localhost:5000/stand-in', 'latest'],
  ['localhost:5000/stand-in:2', 'localhost:5000/stand-in', '2'],
])('%s is imported as its repository and tag', (image, repo, tag) => {
  const url = new URL(importPath(image, imageChanges('abc', ['/opt/lib', '/x'])), 'http://docker');
  expect(url.searchParams.get('repo')).toBe(repo);
  expect(url.searchParams.get('tag')).toBe(tag);
  expect(url.searchParams.getAll('changes')).toEqual([
    'ENTRYPOINT ["/usr/bin/node", "/demo/engine.mjs"]',
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'LABEL dev.longshore.demo=abc',
    'ENV LD_LIBRARY_PATH="/opt/lib:/x"',
  ]);
});

test.each([
  ['a finished import', 200, '{"status":"sha256:1"}\r\n', null],
  [
    'an error after the 200',
    200,
    '{"status":"x"}\r\n{"error":"no space left"}\r\n',
    'no space left',
  ],
  ['a refusal', 500, '{"message":"invalid reference format"}\n', 'invalid reference format'],
  ["a proxy's page", 502, '<html>', 'unexpected answer (502): <html>'],
  ['an empty error', 500, '', 'status 500'],
])('%s is told from the engine answer', (_name, status, text, failure) => {
  expect(failureOf({ status, text })).toBe(failure);
});

test('the backend definition names the image that is built', () => {
  const backend = parse(demoBackendYaml());
  expect(backend.backend_name).toBe('stand-in');
  expect(backend.version_configs).toEqual({
    '1': { image_name: DEMO_IMAGE, custom_framework: 'cpu' },
  });
  expect(backend.default_run_command).toBe(
    'serve {{model_name}} --host {{worker_ip}} --port {{port}} --served-model-name {{model_name}}',
  );
});
