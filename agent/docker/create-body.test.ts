import { describe, expect, test } from 'vitest';
import { secretMark } from '../../contract/secret-mark.ts';
import { testLaunch } from '../testing/launch-spec.ts';
import type { CreateBody } from './container-body.ts';
import { createBody } from './create-body.ts';
import { nothingGranted } from './grant.ts';

const none = new Map<string, string>();

/** What is mounted below the source could be written. */
const nonRecursive = { BindOptions: { NonRecursive: true } };

function bodyOf(
  changes: Parameters<typeof testLaunch>[0],
  secrets = none,
  grant = nothingGranted,
): CreateBody {
  const made = createBody({
    launch: testLaunch(changes),
    host_id: 'host_1',
    desired: { era: 'era', revision: 1 },
    secrets,
    grant,
    model_folder: null,
  });
  if (!made.ok) throw new Error(made.message);
  return made.body;
}

describe('createBody', () => {
  test('the least that a launch can be', () => {
    const launch = testLaunch();
    expect(
      createBody({
        launch,
        host_id: 'host_1',
        desired: { era: 'era', revision: 1 },
        secrets: none,
        grant: nothingGranted,
        model_folder: null,
      }),
    ).toEqual({
      ok: true,
      body: {
        Image: 'longshore/stand-in:1',
        Env: [],
        Labels: {
          'dev.longshore.host': 'host_1',
          'dev.longshore.instance': 'ins_1',
          'dev.longshore.generation': '1',
          'dev.longshore.spec-hash': launch.hash,
          'dev.longshore.desired': '1 era',
          'dev.longshore.deployment': 'demo',
          'dev.longshore.managed': 'true',
        },
        StopTimeout: 30,
        Healthcheck: { Test: ['NONE'] },
        HostConfig: {
          NetworkMode: 'host',
          Privileged: false,
          SecurityOpt: ['no-new-privileges'],
          Init: true,
          RestartPolicy: { Name: 'no' },
          LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
          ShmSize: 64 * 1024 * 1024,
          PidsLimit: 16_384,
          Mounts: [],
        },
      },
    });
  });

  test('in a network of its own the port is published on the address of the host, and nowhere else', () => {
    const body = bodyOf({ network: 'bridge', worker_ip: '10.1.2.3', port: 20007 });
    expect(body.ExposedPorts).toEqual({ '20007/tcp': {} });
    expect(body.HostConfig).toMatchObject({
      NetworkMode: 'bridge',
      PortBindings: { '20007/tcp': [{ HostIp: '10.1.2.3', HostPort: '20007' }] },
    });
  });

  test.each([
    [undefined, '/models/tiny'],
    ['q4/tiny.gguf', '/models/tiny/q4/tiny.gguf'],
  ])(
    'a model from a hub is a read-only folder where `{{model_path}}` says, with the file %s',
    (file, path) => {
      const model = { source: 'huggingface', repo_id: 'org/tiny', path, file } as const;
      const made = createBody({
        launch: testLaunch({ model, mounts: [{ source: '/a', target: '/b', read_only: true }] }),
        host_id: 'host_1',
        desired: { era: 'era', revision: 1 },
        secrets: none,
        grant: nothingGranted,
        model_folder: '/data/models/files',
      });
      expect(made.ok && made.body.HostConfig.Mounts).toEqual([
        { Type: 'bind', Source: '/a', Target: '/b', ReadOnly: true, ...nonRecursive },
        {
          Type: 'bind',
          Source: '/data/models/files',
          Target: '/models/tiny',
          ReadOnly: true,
          ...nonRecursive,
        },
      ]);
    },
  );

  test('limits are set when they are given, and memory is not doubled by swap', () => {
    const { HostConfig } = bodyOf({ memory_bytes: 7_000_000, cpus: 1.5 });
    expect(HostConfig).toMatchObject({
      Memory: 7_000_000,
      MemorySwap: 7_000_000,
      NanoCpus: 1_500_000_000,
    });
  });

  test('mounts are read-only binds', () => {
    const { HostConfig } = bodyOf({
      mounts: [{ source: '/srv/models/x', target: '/models/x', read_only: true }],
    });
    expect(HostConfig.Mounts).toEqual([
      {
        Type: 'bind',
        Source: '/srv/models/x',
        Target: '/models/x',
        ReadOnly: true,
        ...nonRecursive,
      },
    ]);
  });

  test('what is granted is asked for, and nothing else', () => {
    const { HostConfig, Env } = bodyOf({ env: { A: '1', VISIBLE: 'all' } }, none, {
      runtime: 'runc',
      devices: ['/dev/kfd', '/dev/dri/renderD129'],
      groups: ['993'],
      mounts: ['/usr/local/dcmi'],
      env: { VISIBLE: '2' },
      device_requests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=GPU-a'] }],
    });
    expect(HostConfig).toMatchObject({
      Privileged: false,
      Runtime: 'runc',
      Devices: [
        { PathOnHost: '/dev/kfd', PathInContainer: '/dev/kfd', CgroupPermissions: 'rw' },
        {
          PathOnHost: '/dev/dri/renderD129',
          PathInContainer: '/dev/dri/renderD129',
          CgroupPermissions: 'rw',
        },
      ],
      GroupAdd: ['993'],
      Mounts: [
        {
          Type: 'bind',
          Source: '/usr/local/dcmi',
          Target: '/usr/local/dcmi',
          ReadOnly: true,
          ...nonRecursive,
        },
      ],
      DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=GPU-a'] }],
    });
    expect(HostConfig).not.toHaveProperty('CapAdd');
    // What the deployment says cannot widen a grant.
    expect(Env).toEqual(['A=1', 'VISIBLE=2']);
  });

  test('secrets are filled where the process reads them', () => {
    const secrets = new Map([['key', 's3cr3t $1']]);
    const body = bodyOf(
      {
        entrypoint: ['run', `--key=${secretMark('key')}`],
        args: [secretMark('key')],
        env: { KEY: `Bearer ${secretMark('key')}` },
      },
      secrets,
    );
    expect(body.Entrypoint).toEqual(['run', '--key=s3cr3t $1']);
    expect(body.Cmd).toEqual(['s3cr3t $1']);
    expect(body.Env).toEqual(['KEY=Bearer s3cr3t $1']);
    expect(JSON.stringify(body.Labels)).not.toContain('s3cr3t');
  });

  test('a secret without a value is named, and nothing is made', () => {
    const launch = testLaunch({ env: { A: secretMark('one'), B: secretMark('two') } });
    const made = createBody({
      launch,
      host_id: 'host_1',
      desired: { era: 'era', revision: 1 },
      secrets: new Map([['one', 'x']]),
      grant: nothingGranted,
      model_folder: null,
    });
    expect(made).toMatchObject({ ok: false, reason: 'secret_missing' });
    expect(made).toHaveProperty('message', expect.stringContaining('the secret two'));
  });
});
