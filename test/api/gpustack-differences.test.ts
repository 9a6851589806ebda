import { describe, expect, test } from 'vitest';
import type { Backend } from '../../contract/backend.ts';
import type { PlayedHost } from '../../contract/preview.ts';
import type { Problem } from '../../contract/problem.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { cudaGpu, inventoryWith, newFakeAgent } from '../support/fake-agent.ts';
import { type PreviewReply, preview } from '../support/preview.ts';

/** Where Longshore differs from GPUStack's Inference Backends on purpose, one test for each. */

type Versions = Record<string, Record<string, unknown>>;

const onCuda = { frameworks: ['cuda'], gpu_indexes: [0] };
const onCpu = { frameworks: ['cpu'], gpu_indexes: [] };
const imageOf = (image_name: string, custom_framework: string) => ({
  image_name,
  custom_framework,
});

/** An organisation with the backend `engine`, which is `definition` with this change. */
async function withEngine(change: Record<string, unknown>): Promise<Client> {
  const client = await newOrg();
  const created = await client.call('POST', '/api/v1/backends', definition(change));
  expect(created.status).toBe(201);
  return client;
}

const previewEngine = (
  client: Client,
  deployment: Record<string, unknown> = {},
  host: PlayedHost = onCpu,
): Promise<PreviewReply> => preview(client, { backend_name: 'engine', ...deployment }, host);

/** The version that is chosen among `versions` on this host. */
async function chosen(
  version_configs: Versions,
  host: PlayedHost,
  change: Record<string, unknown> = {},
): Promise<string | undefined> {
  const client = await withEngine({ version_configs, ...change });
  const { body } = await previewEngine(client, {}, host);
  return body.launch_spec.backend?.version;
}

/** The arguments of a version whose command is this. */
async function argsOf(run_command: string, deployment: Record<string, unknown> = {}) {
  const client = await withEngine({ default_run_command: run_command });
  const { body } = await previewEngine(client, deployment);
  return body.launch_spec.args;
}

/** What is refused about a version whose command is this: the same when it is previewed and when it is deployed. */
async function refusalOf(run_command: string): Promise<Problem> {
  const client = await withEngine({ default_run_command: run_command });
  const previewed = await previewEngine(client);
  const deployed = await client.call<Problem>('POST', '/api/v1/deployments', {
    name: 'model',
    backend_name: 'engine',
  });
  expect(previewed).toMatchObject({ status: 422, body: { code: 'cannot_render' } });
  expect(deployed.status).toBe(422);
  expect(deployed.body.errors).toEqual(previewed.body.errors);
  return previewed.body;
}

describe('definitions', () => {
  test('a name without the suffix -custom is accepted, and so is one with it', async () => {
    const client = await newOrg();
    for (const backend_name of ['engine', 'engine-custom']) {
      const { status } = await client.call(
        'POST',
        '/api/v1/backends',
        definition({ backend_name }),
      );
      expect(status).toBe(201);
    }
  });

  test('an unknown key is an error that names the key and its line', async () => {
    const client = await newOrg();
    const yaml = `backend_name: engine
default_run_comand: serve
version_configs:
  '1.0':
    image_name: engine:1.0
    custom_framework: cpu
    enviroment: {}
`;
    const { status, body } = await client.call<Problem>('POST', '/api/v1/backends', undefined, {
      yaml,
    });
    expect(status).toBe(400);
    expect(body.errors).toHaveLength(2);
    const [inVersion, atTop] = [7, 2].map((line) => body.errors?.find((one) => one.line === line));
    expect(atTop).toMatchObject({
      code: 'unknown_key',
      pointer: '/default_run_comand',
      detail: expect.stringContaining('default_run_comand'),
    });
    expect(inVersion).toMatchObject({
      code: 'unknown_key',
      pointer: '/version_configs/1.0/enviroment',
      detail: expect.stringContaining('enviroment'),
    });
  });

  test('the read-only keys of an export and x- keys are no unknown keys', async () => {
    const client = await newOrg();
    const exported = definition({
      enabled: true,
      is_built_in: false,
      allowed_proxy_uris: null,
      owner_principal_id: 3,
      'x-note': 'ours',
    });
    expect((await client.call('POST', '/api/v1/backends', exported)).status).toBe(201);
  });

  test('a PUT in YAML without version_configs is an error, not a deletion of every version', async () => {
    const client = await withEngine({});
    const refused = await client.call<Problem>('PUT', '/api/v1/backends/engine', undefined, {
      yaml: 'backend_name: engine\ndescription: Without its versions.\n',
      headers: { 'if-match': '"1"' },
    });
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toMatchObject([{ pointer: '/version_configs', code: 'required' }]);
    const { body } = await client.call<Backend>('GET', '/api/v1/backends/engine');
    expect(Object.keys(body.version_configs)).toEqual(['1.0']);
    expect(body.revision).toBe(1);
  });

  test('the health path of a custom backend is /v1/models when it says none', async () => {
    const client = await withEngine({});
    const { body } = await client.call<Backend>('GET', '/api/v1/backends/engine');
    expect(body.health_check_path).toBe('/v1/models');
    expect((await previewEngine(client)).body.launch_spec.health.path).toBe('/v1/models');
  });
});

describe('versions', () => {
  test('an unknown version is an error that lists the versions, and no other is taken', async () => {
    const client = await withEngine({
      version_configs: {
        '0.9': imageOf('engine:0.9', 'cpu'),
        '0.10': imageOf('engine:0.10', 'cpu'),
      },
      default_version: '0.9',
    });
    const unknown = { backend_version: '0.11' };
    const previewed = await previewEngine(client, unknown);
    const deployed = await client.call<Problem>('POST', '/api/v1/deployments', {
      name: 'model',
      backend_name: 'engine',
      ...unknown,
    });
    for (const { status, body } of [previewed, deployed]) {
      expect(status).toBe(422);
      expect(body).toMatchObject({
        code: 'unknown_version',
        errors: [{ pointer: '/backend_version', detail: expect.stringContaining('`0.10`, `0.9`') }],
      });
    }
  });

  test('a GPU host gets the image for its GPU, also where default_version is for the CPU', async () => {
    const versions = { cpu: imageOf('engine:cpu', 'cpu'), gpu: imageOf('engine:gpu', 'cuda') };
    expect(await chosen(versions, onCuda, { default_version: 'cpu' })).toBe('gpu');
  });

  test('a CPU host gets the image for the CPU, also where default_version is for a GPU', async () => {
    const versions = { cpu: imageOf('engine:cpu', 'cpu'), gpu: imageOf('engine:gpu', 'cuda') };
    expect(await chosen(versions, onCpu, { default_version: 'gpu' })).toBe('cpu');
  });

  test('a release comes after its release candidates: 1.3.0rc20 < 1.3.0', async () => {
    const versions = {
      '1.3.0': imageOf('engine:1.3.0', 'cuda'),
      '1.3.0rc20': imageOf('engine:1.3.0rc20', 'cuda'),
    };
    expect(await chosen(versions, onCuda)).toBe('1.3.0');
  });

  test('numbers in versions are compared as numbers, and a post-release comes after its release', async () => {
    const versions = Object.fromEntries(
      ['0.5.8.post1', '0.5.9', '0.5.10', '0.5.8'].map((name) => [
        name,
        imageOf(`engine:${name}`, 'cuda'),
      ]),
    );
    const client = await withEngine({ version_configs: versions });
    const { body } = await client.call<{ items: { version: string }[] }>(
      'GET',
      '/api/v1/backends/engine/versions',
    );
    expect(body.items.map((item) => item.version)).toEqual([
      '0.5.10',
      '0.5.9',
      '0.5.8.post1',
      '0.5.8',
    ]);
    expect((await previewEngine(client, {}, onCuda)).body.launch_spec.backend?.version).toBe(
      '0.5.10',
    );
  });

  test('versions for different hardware of one framework get a warning that lists them', async () => {
    const client = await withEngine({
      version_configs: {
        'CUDA-Turing-1.9': imageOf('engine:turing', 'cuda'),
        'CUDA-Hopper-1.9': imageOf('engine:hopper', 'cuda'),
      },
    });
    const { body } = await previewEngine(client, {}, onCuda);
    expect(body.warnings).toMatchObject([{ code: 'ambiguous_version' }]);
    expect(body.warnings[0]?.detail).toMatch(/`CUDA-Turing-1\.9`, `CUDA-Hopper-1\.9`/);
  });
});

describe('placeholders', () => {
  test('an unknown placeholder in a command is an error with its name and column', async () => {
    const { errors } = await refusalOf('serve --port {{port}} --name {{modle_name}}');
    expect(errors).toMatchObject([
      {
        pointer: '/backend/default_run_command',
        code: 'unknown_placeholder',
        column: 30,
        detail: expect.stringContaining('`{{modle_name}}`'),
      },
    ]);
  });

  test('an unknown placeholder is an error in parameters, entrypoint and health path too', async () => {
    const client = await withEngine({ health_check_path: '/{{a}}', default_entrypoint: '{{b}}' });
    const { body } = await previewEngine(client, { backend_parameters: ['--x={{c}}'] });
    expect(body.errors?.map(({ pointer, code }) => [pointer, code]).sort()).toEqual([
      ['/backend/default_entrypoint', 'unknown_placeholder'],
      ['/backend/health_check_path', 'unknown_placeholder'],
      ['/backend_parameters/0', 'unknown_placeholder'],
    ]);
  });

  test('an unknown placeholder in the value of a variable stays as it is, with a warning', async () => {
    const client = await withEngine({ default_env: { TEMPLATE: 'for {{user}}' } });
    const { status, body } = await previewEngine(client);
    expect(status).toBe(200);
    expect(body.launch_spec.env).toEqual({ TEMPLATE: 'for {{user}}' });
    expect(body.warnings).toMatchObject([
      { code: 'unknown_placeholder_in_env', pointer: '/backend/default_env/TEMPLATE' },
    ]);
  });

  test('a value inside quotes is one argument and can never end the quotes', async () => {
    const env = { TITLE: `it's "a" \\ b` };
    const quoted = `--double "<{{TITLE}}>" --single '<{{TITLE}}>'`;
    expect(await argsOf(quoted, { env })).toEqual([
      '--double',
      `<${env.TITLE}>`,
      '--single',
      `<${env.TITLE}>`,
    ]);
  });

  test('a value is not looked at again, and outside quotes it may become several arguments', async () => {
    const env = { EXTRA: '--a 1 --b', NONE: '', TEMPLATE: 'say {{what}}' };
    const args = await argsOf('{{ EXTRA }} {{NONE}} "{{TEMPLATE}}"', { env });
    expect(args).toEqual(['--a', '1', '--b', 'say {{what}}']);
  });

  test('braces around anything but a name are text, and \\{{ is a literal {{', async () => {
    expect(await argsOf(`'{{ messages[0] }}' '{% if a %}' '\\{{port}}'`)).toEqual([
      '{{ messages[0] }}',
      '{% if a %}',
      '{{port}}',
    ]);
  });
});

describe('splitting', () => {
  test.each(['|', '||', '&&', '&', ';', '>', '<', '`', '$(', '('])(
    'an unquoted shell operator %s is refused, with what to do instead',
    async (operator) => {
      const { errors } = await refusalOf(`serve ${operator} tee`);
      expect(errors?.[0]).toMatchObject({
        code: 'shell_operator',
        column: 7,
        detail: expect.stringMatching(/no shell runs here.*sh -c/),
      });
    },
  );

  test('a shell operator in quotes, in a value or in a backend parameter is an ordinary character', async () => {
    const args = await argsOf(`serve "a|b" {{PIPE}}`, {
      env: { PIPE: '|' },
      backend_parameters: ['-ot (up|down)=CPU'],
    });
    expect(args).toEqual(['serve', 'a|b', '|', '-ot', '(up|down)=CPU']);
  });

  test('an unclosed quote is refused with its column', async () => {
    const { errors } = await refusalOf('serve --name "a b');
    expect(errors).toMatchObject([{ code: 'unclosed_quote', column: 14 }]);
  });

  test('a trailing backslash is refused with its column', async () => {
    const { errors } = await refusalOf('serve \\');
    expect(errors).toMatchObject([{ code: 'trailing_backslash', column: 7 }]);
  });

  test('backslash and newline join lines, as in a shell', async () => {
    expect(await argsOf('serve --a \\\n  --b x\\\ny')).toEqual(['serve', '--a', '--b', 'xy']);
  });
});

describe('deployments', () => {
  test('one that says nothing of parameters gets default_backend_param; an empty list means none', async () => {
    const client = await withEngine({ default_backend_param: ['--max-model-len 4096'] });
    const argsWith = async (deployment: Record<string, unknown>) =>
      (await previewEngine(client, deployment)).body.launch_spec.args?.slice(3);
    expect(await argsWith({})).toEqual(['--max-model-len', '4096']);
    expect(await argsWith({ backend_parameters: ['--seed 1'] })).toEqual(['--seed', '1']);
    expect(await argsWith({ backend_parameters: [] })).toEqual([]);

    const agent = await newFakeAgent(client);
    await client.call('POST', '/api/v1/deployments', { name: 'model', backend_name: 'engine' });
    await agent.sync();
    expect(agent.launches[0]?.args?.slice(3)).toEqual(['--max-model-len', '4096']);
  });

  test('more GPUs than any host has are an error: no instance runs over several hosts', async () => {
    const client = await withEngine({ version_configs: { '1': imageOf('engine:1', 'cuda') } });
    for (const gpus of [[cudaGpu(0)], [cudaGpu(0), cudaGpu(1)]]) {
      await newFakeAgent(client, inventoryWith({ gpus }));
    }
    const deploy = (name: string, count: number) =>
      client.call<Problem>('POST', '/api/v1/deployments', {
        name,
        backend_name: 'engine',
        gpu: { count },
      });
    expect((await deploy('fits', 2)).status).toBe(201);
    const refused = await deploy('too-large', 3);
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      code: 'too_many_gpus',
      errors: [{ pointer: '/gpu/count' }],
    });
  });

  test('parameter_format writes parameters and never touches the command', async () => {
    const client = await withEngine({
      default_run_command: 'serve --port {{port}} --host=0.0.0.0',
      parameter_format: 'equal',
    });
    const { body } = await previewEngine(client, {
      backend_parameters: ['--seed 1', '--flag', '--several a b'],
    });
    expect(body.launch_spec.args).toEqual([
      ...['serve', '--port', '20000', '--host=0.0.0.0'],
      ...['--seed=1', '--flag', '--several', 'a', 'b'],
    ]);
  });

  test('an entrypoint that would lose the arguments is warned of', async () => {
    const client = await withEngine({ default_entrypoint: '/bin/sh -c' });
    const { body } = await previewEngine(client);
    expect(body.warnings).toMatchObject([{ code: 'arguments_lost' }]);
  });

  test('a command that repeats the entrypoint is warned of', async () => {
    const client = await withEngine({
      default_entrypoint: 'vllm serve',
      default_run_command: 'vllm serve --port {{port}}',
    });
    const { body } = await previewEngine(client);
    expect(body.warnings).toMatchObject([{ code: 'repeated_entrypoint' }]);
  });

  test('{{worker_ip}} reads 0.0.0.0 behind a bridge, and the address of the host without one', async () => {
    const client = await withEngine({ default_run_command: '{{worker_ip}}' });
    const host = { ...onCpu, worker_ip: '10.0.0.7' };
    expect((await previewEngine(client, {}, host)).body.launch_spec.args).toEqual(['10.0.0.7']);
    const bridged = await previewEngine(client, { network: 'bridge' }, host);
    expect(bridged.body.launch_spec).toMatchObject({ args: ['0.0.0.0'], worker_ip: '10.0.0.7' });
  });
});
