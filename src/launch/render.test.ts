import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { BackendDefinition } from '../../contract/backend.ts';
import { DeploymentInput } from '../../contract/deployment.ts';
import { Failure } from '../../contract/failure.ts';
import { LaunchSpec } from '../../contract/launch-spec.ts';
import { secretMark } from '../../contract/secret-mark.ts';
import { commandLine, type RenderInput, render } from './render.ts';

interface Case {
  /** Keys of the deployment. */
  deployment?: Record<string, unknown>;
  /** Keys of the definition beside `version_configs`; null: Custom mode. */
  backend?: Record<string, unknown> | null;
  /** Keys of the version `v/1`. */
  version?: Record<string, unknown>;
  input?: Partial<RenderInput>;
}

function inputOf({ deployment, backend = {}, version, input }: Case): RenderInput {
  const definition =
    backend === null
      ? null
      : BackendDefinition.parse({
          backend_name: 'engine',
          version_configs: {
            'v 1': { image_name: 'engine:1', custom_framework: 'cuda', ...version },
          },
          ...backend,
        });
  return {
    deployment: {
      id: 'dep_1',
      revision: 3,
      spec: specWith(
        {
          name: 'chat',
          model: { source: 'huggingface', repo_id: 'Qwen/Qwen3-8B' },
          ...(definition === null ? { image_name: 'mine:1' } : { backend_name: 'engine' }),
        },
        deployment,
      ),
    },
    backend: definition && { definition, revision: 7 },
    version: definition && 'v 1',
    instance: { id: 'ins_1', generation: 2 },
    host: { worker_ip: '10.0.0.5' },
    port: 40_001,
    gpu: { framework: 'cuda', uuids: ['GPU-a', 'GPU-b'], indexes: [1, 3] },
    secretNames: new Set(['HF_TOKEN', 'KEY']),
    ...input,
  };
}

/** Also what the schema refuses: the renderer does not rely on it. */
function specWith(base: Record<string, unknown>, change: Record<string, unknown> = {}) {
  const checked = DeploymentInput.safeParse({ ...base, ...change });
  if (checked.success) return checked.data;
  const spec: Record<string, unknown> = { ...DeploymentInput.parse(base) };
  for (const [key, value] of Object.entries(change)) {
    const isGroup = key === 'model' || key === 'health';
    spec[key] = isGroup ? { ...(spec[key] as object), ...(value as object) } : value;
  }
  return spec as DeploymentInput; // but for what the case is about
}

function specOf(options: Case) {
  const { launchSpec } = render(inputOf(options));
  expect(LaunchSpec.parse(launchSpec)).toEqual(launchSpec);
  return launchSpec;
}

function errorsOf(options: Case) {
  try {
    render(inputOf(options));
  } catch (error) {
    if (error instanceof Failure) return { code: error.code, errors: error.errors };
    throw error;
  }
  throw new Error('it did not fail');
}

const model = '/models/Qwen3-8B';

describe('the documented example', () => {
  const definition = BackendDefinition.parse(
    parse(`
backend_name: my-backend-custom
default_env:
  MODEL_CACHE_DIR: /cache
  LOG_LEVEL: info
version_configs:
  v1:
    image_name: my-image:v1
    custom_framework: cuda
    run_command: "serve {{model_path}} --cache {{MODEL_CACHE_DIR}} --log-level {{LOG_LEVEL}} --port {{port}}"
    env:
      MODEL_CACHE_DIR: /custom-cache # Overrides backend-level value
`),
  );

  test('my-backend-custom launches the documented command', () => {
    const { launchSpec, envSources, warnings } = render({
      ...inputOf({}),
      backend: { definition, revision: 1 },
      version: 'v1',
    });
    expect(launchSpec.args).toEqual([
      'serve',
      model,
      '--cache',
      '/custom-cache',
      '--log-level',
      'info',
      '--port',
      '40001',
    ]);
    expect(launchSpec.entrypoint).toBeNull();
    expect(launchSpec.image).toBe('my-image:v1');
    expect(launchSpec.env).toEqual({ MODEL_CACHE_DIR: '/custom-cache', LOG_LEVEL: 'info' });
    expect(envSources).toEqual({ MODEL_CACHE_DIR: 'version', LOG_LEVEL: 'default' });
    expect(warnings).toEqual([]);
    expect(commandLine(launchSpec)).toBe(
      `serve ${model} --cache /custom-cache --log-level info --port 40001`,
    );
  });
});

test('a launch spec has everything of the deployment', () => {
  const launchSpec = specOf({
    deployment: {
      model_name: 'qwen',
      network: 'bridge',
      image_pull_policy: 'always',
      shm_bytes: 1024,
      memory_bytes: 64 * 1024 * 1024,
      cpus: 1.5,
      health: { interval_seconds: 3 },
      stop_grace_seconds: 5,
      env: { A: 'a' },
    },
  });
  expect(launchSpec).toEqual({
    instance_id: 'ins_1',
    generation: 2,
    deployment: { id: 'dep_1', name: 'chat', revision: 3 },
    backend: { backend_name: 'engine', version: 'v 1', revision: 7 },
    image: 'engine:1',
    image_pull_policy: 'always',
    entrypoint: null,
    args: null,
    env: { A: 'a' },
    model: { source: 'huggingface', repo_id: 'Qwen/Qwen3-8B', path: model },
    gpu: { framework: 'cuda', uuids: ['GPU-a', 'GPU-b'], indexes: [1, 3] },
    network: 'bridge',
    worker_ip: '10.0.0.5',
    port: 40_001,
    mounts: [],
    shm_bytes: 1024,
    memory_bytes: 64 * 1024 * 1024,
    cpus: 1.5,
    health: {
      path: '/v1/models',
      interval_seconds: 3,
      timeout_seconds: 5,
      start_timeout_seconds: 3600,
      failure_threshold: 3,
      restart_after_seconds: 300,
    },
    stop_grace_seconds: 5,
  });
});

describe('built-ins', () => {
  const all = '{{model_path}} {{model_name}} {{port}} {{worker_ip}} {{gpu_count}} "{{gpu_ids}}"';

  test.each<[string, Case, string[]]>([
    ['on the host network', {}, [model, 'chat', '40001', '10.0.0.5', '2', '1,3']],
    [
      'behind a bridge',
      { deployment: { network: 'bridge' } },
      [model, 'chat', '40001', '0.0.0.0', '2', '1,3'],
    ],
    ['without a GPU', { input: { gpu: null } }, [model, 'chat', '40001', '10.0.0.5', '0', '']],
    [
      'with a served name',
      { deployment: { model_name: 'qwen' } },
      [model, 'qwen', '40001', '10.0.0.5', '2', '1,3'],
    ],
    [
      'in a preview',
      { input: { host: { worker_ip: '1.2.3.4', model_path: '/m' } } },
      ['/m', 'chat', '40001', '1.2.3.4', '2', '1,3'],
    ],
  ])('%s', (_title, options, expected) => {
    expect(specOf({ ...options, backend: { default_run_command: all } }).args).toEqual(expected);
  });

  test('they win over a variable of the same name', () => {
    const { args, env } = specOf({ deployment: { run_command: '{{port}}', env: { port: '1' } } });
    expect(args).toEqual(['40001']);
    expect(env).toEqual({ port: '1' });
  });
});

describe('the model', () => {
  test.each<[Record<string, unknown>, string, object[]]>([
    [{ source: 'huggingface', repo_id: 'gpt2' }, '/models/gpt2', []],
    [
      { source: 'huggingface', repo_id: 'a/b-GGUF', file: 'x/q4.gguf' },
      '/models/b-GGUF/x/q4.gguf',
      [],
    ],
    [
      { source: 'local_path', path: '/data/my models/x' },
      '/data/my models/x',
      [{ source: '/data/my models/x', target: '/data/my models/x', read_only: true }],
    ],
    [
      { source: 'local_path', path: '/data/x.gguf', file: 'ignored' },
      '/data/x.gguf',
      [{ source: '/data/x.gguf', target: '/data/x.gguf', read_only: true }],
    ],
  ])('%j is at %s', (source, path, mounts) => {
    const launchSpec = specOf({
      deployment: { model: source, run_command: '-m "{{model_path}}"' },
    });
    expect(launchSpec.args).toEqual(['-m', path]);
    expect(launchSpec.model.path).toBe(path);
    expect(launchSpec.mounts).toEqual(mounts);
  });

  test('a local path is named on the host and in the container', () => {
    const { model } = specOf({ deployment: { model: { source: 'local_path', path: '/data/x' } } });
    expect(model).toEqual({ source: 'local_path', host_path: '/data/x', path: '/data/x' });
  });

  test('none is needed where nothing names it', () => {
    const launchSpec = specOf({ deployment: { model: {}, run_command: 'serve' } });
    expect(launchSpec.model).toEqual({ source: 'none', path: null });
  });

  test('where something names it, it is asked for once', () => {
    const { errors } = errorsOf({
      deployment: { model: {}, env: { M: '{{model_path}}' } },
      backend: { default_run_command: 'serve {{model_path}} {{ model_path }}' },
    });
    expect(errors).toEqual([
      {
        pointer: '/model',
        code: 'model_required',
        detail: expect.stringContaining('`/env/M`, column 1'),
      },
    ]);
  });

  test.each([
    [{ repo_id: 'a/..' }, '/model/repo_id'],
    [{ repo_id: '.' }, '/model/repo_id'],
    [{ repo_id: 'a/b', file: '../../etc/passwd' }, '/model/file'],
    [{ repo_id: 'a/b', file: '/x' }, '/model/file'],
  ])('%j does not leave /models', (source, pointer) => {
    const { errors } = errorsOf({ deployment: { model: { source: 'huggingface', ...source } } });
    expect(errors).toMatchObject([{ pointer, code: 'invalid_path' }]);
  });

  test('the secret of its token must exist', () => {
    const source = { source: 'huggingface', repo_id: 'a/b', token_secret: 'HF_TOKE' };
    expect(errorsOf({ deployment: { model: source } }).errors).toMatchObject([
      {
        pointer: '/model/token_secret',
        code: 'unknown_secret',
        detail: expect.stringContaining('`HF_TOKEN`'),
      },
    ]);
    const launchSpec = specOf({ deployment: { model: { ...source, token_secret: 'HF_TOKEN' } } });
    expect(launchSpec.model.token_secret).toBe('HF_TOKEN');
  });
});

describe('which text counts', () => {
  const backend = { default_run_command: 'backend', default_entrypoint: 'b-init' };
  const version = { run_command: 'version', entrypoint: 'v-init' };
  const deployment = { run_command: 'deployment', entrypoint: 'd-init' };

  test.each<[string, Case, string[] | null, string[] | null]>([
    ["the deployment's", { backend, version, deployment }, ['d-init'], ['deployment']],
    ["the version's", { backend, version }, ['v-init'], ['version']],
    ["the backend's", { backend }, ['b-init'], ['backend']],
    ["the image's own", {}, null, null],
    [
      'blank is not set',
      { backend, version: { run_command: '', entrypoint: ' \n' } },
      ['b-init'],
      ['backend'],
    ],
    [
      'each on its own',
      { backend, version: { entrypoint: 'v-init' }, deployment: { run_command: 'deployment' } },
      ['v-init'],
      ['deployment'],
    ],
    [
      "what renders to nothing is the image's own",
      { deployment: { run_command: '{{E}}', entrypoint: '{{E}}', env: { E: '' } } },
      null,
      null,
    ],
    ['Custom mode', { backend: null, deployment }, ['d-init'], ['deployment']],
    ['Custom mode without a command', { backend: null }, null, null],
  ])('%s', (_title, options, entrypoint, args) => {
    const launchSpec = specOf(options);
    expect(launchSpec.entrypoint).toEqual(entrypoint);
    expect(launchSpec.args).toEqual(args);
  });

  test("the image of the deployment replaces the version's", () => {
    expect(specOf({ deployment: { image_name: 'mine:2' } }).image).toBe('mine:2');
    expect(specOf({ backend: null }).image).toBe('mine:1');
    expect(specOf({ backend: null }).backend).toBeNull();
  });
});

describe('parameters', () => {
  test.each<[string, Case, string[] | null]>([
    [
      'follow the command',
      {
        backend: { default_run_command: 'serve' },
        deployment: { backend_parameters: ['--a 1', '-b'] },
      },
      ['serve', '--a', '1', '-b'],
    ],
    [
      'come alone without a command',
      { deployment: { backend_parameters: ['--a 1'] } },
      ['--a', '1'],
    ],
    [
      "are the backend's where the deployment says nothing",
      { backend: { default_backend_param: ['--host'] } },
      ['--host'],
    ],
    [
      "are the deployment's, not the backend's",
      { backend: { default_backend_param: ['--x'] }, deployment: { backend_parameters: ['--y'] } },
      ['--y'],
    ],
    [
      'are none where the deployment says so',
      { backend: { default_backend_param: ['--x'] }, deployment: { backend_parameters: [] } },
      null,
    ],
    [
      'are rewritten together',
      {
        backend: { parameter_format: 'equal' },
        deployment: { backend_parameters: ['--a', '1', '--b 2', '--c', '3', '4'] },
      },
      ['--a=1', '--b=2', '--c', '3', '4'],
    ],
    [
      'are rewritten, but never the command',
      {
        backend: { parameter_format: 'space', default_run_command: 'serve --a=1' },
        deployment: { backend_parameters: ['--b=2'] },
      },
      ['serve', '--a=1', '--b', '2'],
    ],
    [
      'have placeholders',
      {
        deployment: {
          env: { N: '4' },
          backend_parameters: ['--p={{port}} --n {{N}}', '{{model_name}}'],
        },
      },
      ['--p=40001', '--n', '4', 'chat'],
    ],
    [
      'hold operators',
      { deployment: { backend_parameters: ['-ot (up|down)=CPU'] } },
      ['-ot', '(up|down)=CPU'],
    ],
  ])('%s', (_title, options, expected) => {
    expect(specOf(options).args).toEqual(expected);
  });
});

describe('the health path', () => {
  test.each<[string, Case, string]>([
    [
      "the deployment's",
      { backend: { health_check_path: '/b' }, deployment: { health: { path: '/d' } } },
      '/d',
    ],
    ["the backend's", { backend: { health_check_path: '/b' } }, '/b'],
    ['the default', {}, '/v1/models'],
    ['the default in Custom mode', { backend: null }, '/v1/models'],
    [
      'with placeholders',
      {
        backend: { health_check_path: '/v1/{{model_name}}/{{V}}?a=(b)' },
        deployment: { env: { V: 'x y' } },
      },
      '/v1/chat/x y?a=(b)',
    ],
  ])('%s', (_title, options, expected) => {
    expect(specOf(options).health.path).toBe(expected);
  });

  test('it holds no secret', () => {
    const { errors } = errorsOf({
      backend: { health_check_path: '/x/{{K}}' },
      deployment: { env: { K: '{{secrets.KEY}}' } },
    });
    expect(errors).toMatchObject([
      { pointer: '/backend/health_check_path', code: 'secret_not_allowed', column: 4 },
    ]);
  });
});

describe('the environment', () => {
  test('feeds the container and the command, built-ins and secrets filled first', () => {
    const launchSpec = specOf({
      backend: {
        default_env: { URL: 'http://{{worker_ip}}:{{port}}', LOG: 'info' },
        default_run_command: 'serve --url {{URL}} --log {{LOG}} --auth "{{AUTH}}" {{secrets.KEY}}',
      },
      version: { env: { LOG: 'debug' } },
      deployment: { env: { AUTH: 'Bearer {{secrets.HF_TOKEN}}' } },
    });
    const auth = `Bearer ${secretMark('HF_TOKEN')}`;
    expect(launchSpec.env).toEqual({ URL: 'http://10.0.0.5:40001', LOG: 'debug', AUTH: auth });
    expect(launchSpec.args).toEqual([
      'serve',
      '--url',
      'http://10.0.0.5:40001',
      '--log',
      'debug',
      '--auth',
      auth,
      secretMark('KEY'),
    ]);
    expect(commandLine(launchSpec)).toBe(
      "serve --url http://10.0.0.5:40001 --log debug --auth 'Bearer ***' '***'",
    );
  });

  test('a variable cannot read another: a warning says so', () => {
    const { launchSpec, warnings } = render(
      inputOf({
        backend: { default_env: { A: '{{B}}', B: 'b' } },
        version: { env: { C: '{{A}}' } },
        deployment: { env: { D: '{{model_pat}}' }, run_command: '{{A}}' },
      }),
    );
    expect(launchSpec.env).toEqual({ A: '{{B}}', B: 'b', C: '{{A}}', D: '{{model_pat}}' });
    expect(launchSpec.args).toEqual(['{{B}}']);
    expect(warnings.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/backend/default_env/A', 'unknown_placeholder_in_env'],
      ['/backend/version_configs/v 1/env/C', 'unknown_placeholder_in_env'],
      ['/env/D', 'unknown_placeholder_in_env'],
    ]);
  });
});

describe('errors', () => {
  test('all of all texts come at once, each with its pointer and column', () => {
    const { code, errors } = errorsOf({
      backend: {
        default_entrypoint: `sh -c 'x`,
        health_check_path: '/{{nope}}',
        default_env: { D: '{{secrets.NOPE}}' },
      },
      version: { run_command: 'serve {{NOPE}} | tee', env: { V: '{{secrets.NOPE}}' } },
      deployment: {
        env: { E: 'x{{secrets.NOPE}}' },
        backend_parameters: ['--ok', '--x {{NOPE}}', `--y "a`],
      },
    });
    expect(code).toBe('cannot_render');
    expect(errors.map(({ pointer, code, column }) => [pointer, code, column])).toEqual([
      ['/backend/default_env/D', 'unknown_secret', 1],
      ['/backend/version_configs/v 1/env/V', 'unknown_secret', 1],
      ['/env/E', 'unknown_secret', 2],
      ['/backend/default_entrypoint', 'unclosed_quote', 7],
      ['/backend/version_configs/v 1/run_command', 'unknown_placeholder', 7],
      ['/backend/version_configs/v 1/run_command', 'shell_operator', 16],
      ['/backend_parameters/1', 'unknown_placeholder', 5],
      ['/backend_parameters/2', 'unclosed_quote', 5],
      ['/backend/health_check_path', 'unknown_placeholder', 2],
    ]);
  });

  test.each<[string, Case, string, string]>([
    ['/run_command', { deployment: { run_command: 'a \\' } }, 'trailing_backslash', '/run_command'],
    ['/entrypoint', { deployment: { entrypoint: 'a && b' } }, 'shell_operator', '/entrypoint'],
    [
      '/backend/default_run_command',
      { backend: { default_run_command: '{{X}}' } },
      'unknown_placeholder',
      '/backend/default_run_command',
    ],
    [
      'a default parameter',
      { backend: { default_backend_param: ['-a', '{{X}}'] } },
      'unknown_placeholder',
      '/backend/default_backend_param/1',
    ],
    [
      '/health/path',
      { deployment: { health: { path: '/{{X}}' } } },
      'unknown_placeholder',
      '/health/path',
    ],
    [
      'a value',
      { deployment: { run_command: 'a {{X}}', env: { X: `'` } } },
      'unclosed_quote',
      '/run_command',
    ],
    ['a NUL in a variable', { deployment: { env: { X: '\0KEY\0' } } }, 'nul_character', '/env/X'],
    [
      'a NUL in the served name',
      { deployment: { model_name: 'a\0KEY\0' } },
      'nul_character',
      '/model_name',
    ],
    [
      'a NUL in a list',
      { deployment: { model: { include: ['a', '\0'] } } },
      'nul_character',
      '/model/include',
    ],
    ['a NUL in an image', { deployment: { image_name: 'a\0b' } }, 'nul_character', '/image_name'],
    [
      'a NUL in a health path',
      { deployment: { health: { path: '/\0KEY\0' } } },
      'nul_character',
      '/health/path',
    ],
    ['a NUL of a host', { input: { host: { worker_ip: '\0KEY\0' } } }, 'nul_character', ''],
    [
      'no image',
      { backend: null, deployment: { image_name: undefined } },
      'required',
      '/image_name',
    ],
  ])('%s', (_title, options, code, pointer) => {
    expect(errorsOf(options).errors).toMatchObject([{ code, pointer }]);
  });

  test('pointers are escaped', () => {
    const definition = BackendDefinition.parse({
      backend_name: 'engine',
      version_configs: { 'a~b': { image_name: 'i', custom_framework: 'cuda', run_command: '(' } },
    });
    expect(() =>
      render({ ...inputOf({}), backend: { definition, revision: 1 }, version: 'a~b' }),
    ).toThrow(
      expect.objectContaining({
        errors: [expect.objectContaining({ pointer: '/backend/version_configs/a~0b/run_command' })],
      }),
    );
  });

  test('a version that the backend does not have', () => {
    expect(errorsOf({ input: { version: 'gone' } }).code).toBe('unknown_version');
    expect(errorsOf({ input: { version: null } }).code).toBe('unknown_version');
  });
});

describe('warnings', () => {
  function codes(options: Case) {
    return render(inputOf(options)).warnings.map(({ pointer, code }) => [pointer, code]);
  }

  test.each<[string, Case, string[][]]>([
    [
      'sh -c with words',
      { deployment: { entrypoint: '/bin/sh -c', run_command: '{{model_path}} --port 1' } },
      [['/run_command', 'arguments_lost']],
    ],
    [
      'sh -c with one script',
      { deployment: { entrypoint: '/bin/sh -c', run_command: `'serve --port 1 | tee'` } },
      [],
    ],
    [
      'sh -c with a script and parameters',
      { deployment: { entrypoint: 'sh -c', run_command: `'serve'`, backend_parameters: ['--x'] } },
      [['/run_command', 'arguments_lost']],
    ],
    [
      'sh -c with parameters only',
      { deployment: { entrypoint: 'sh -c', backend_parameters: ['--x 1'] } },
      [['/backend_parameters/0', 'arguments_lost']],
    ],
    [
      'bash -lc',
      { version: { entrypoint: '/usr/bin/bash -lc', run_command: 'a b' } },
      [['/backend/version_configs/v 1/run_command', 'arguments_lost']],
    ],
    [
      'an option that only ends in c',
      { deployment: { entrypoint: 'tool -vc', run_command: 'a b' } },
      [],
    ],
    [
      'the words of the entrypoint again',
      {
        backend: {
          default_entrypoint: 'vllm serve',
          default_run_command: 'vllm serve {{model_path}}',
        },
      },
      [['/backend/default_run_command', 'repeated_entrypoint']],
    ],
    [
      'a part of the words',
      { deployment: { entrypoint: 'vllm serve', run_command: 'vllm bench' } },
      [],
    ],
    ['other words', { deployment: { entrypoint: 'vllm serve', run_command: 'x' } }, []],
    ['no entrypoint', { deployment: { run_command: 'vllm serve' } }, []],
  ])('%s', (_title, options, expected) => {
    expect(codes(options)).toEqual(expected);
  });

  test('they show no secret', () => {
    const { warnings } = render(
      inputOf({ deployment: { entrypoint: '{{secrets.KEY}}', run_command: '{{secrets.KEY}}' } }),
    );
    expect(warnings).toMatchObject([{ detail: expect.stringContaining('`***`') }]);
    expect(warnings[0]?.detail).not.toContain('\0');
  });
});
