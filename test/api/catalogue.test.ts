import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readCatalogue } from '../../catalog/compile.ts';
import type { Backend, CatalogueItem } from '../../contract/backend.ts';
import type { Preview } from '../../contract/preview.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { cudaGpu, inventoryWith, newFakeAgent } from '../support/fake-agent.ts';

const catalogue = readCatalogue();
const names = (source: string) =>
  catalogue
    .filter((entry) => entry.source === source)
    .map((entry) => entry.definition.backend_name);

/** Of versions for different hardware of one framework, a person chooses; the entries that have such say so truly. */
const allowedWarnings = ['ambiguous_version', 'deprecated_version'];

describe('the catalogue', () => {
  test('ships four built-in backends, the eight of GPUStack and at least twelve more', () => {
    expect(names('built_in').sort()).toEqual(['MindIE', 'SGLang', 'VoxBox', 'vLLM']);
    expect(names('community')).toEqual(
      expect.arrayContaining([
        ...['Kokoro-FastAPI', 'MinerU', 'PaddleX-GenAI-Server', 'TensorRT-LLM'],
        ...['Text-Embeddings-Inference', 'TokenSpeed', 'llama.cpp', 'mis-tei'],
      ]),
    );
    expect(names('community').length).toBeGreaterThanOrEqual(20);
  });

  test('every file says where its image and command are documented, and has a small icon', () => {
    const folder = resolve(import.meta.dirname, '../../catalog');
    for (const sub of ['built-in', 'community']) {
      for (const name of readdirSync(join(folder, sub))) {
        const text = readFileSync(join(folder, sub, name), 'utf8');
        expect(text, name).toMatch(/^# Source: https?:\/\/\S+/m);
      }
    }
    for (const { definition: one } of catalogue) {
      expect(one.icon?.length, one.backend_name).toBeGreaterThan(0);
      expect(one.icon?.length, one.backend_name).toBeLessThanOrEqual(8192);
    }
  });

  test('is browsed page by page, searched, and filtered by framework', async () => {
    const client = await newOrg();
    const list = async (query: string) =>
      (
        await client.call<{ items: CatalogueItem[]; next_cursor: string | null }>(
          'GET',
          `/api/v1/catalog?${query}`,
        )
      ).body;
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await list(`limit=7${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
      seen.push(...page.items.map((item) => item.backend_name));
      cursor = page.next_cursor;
    }
    expect([...seen].sort()).toEqual([...names('built_in'), ...names('community')].sort());
    const whisper = await list('search=WHISPER');
    expect(whisper.items.map((item) => item.backend_name)).toContain('whisper.cpp');
    const cann = await list('framework=cann&limit=200');
    for (const item of cann.items) expect(item.frameworks).toContain('cann');
    expect(cann.items.map((item) => item.backend_name)).toContain('MindIE');
    const both = await list('framework=cann&framework=musa&limit=200');
    expect(both.items.length).toBeGreaterThan(cann.items.length);
  });
});

describe('every shipped backend renders on a host of each framework that it names', () => {
  let client: Client;
  beforeAll(async () => {
    client = await newOrg();
    for (const name of names('community')) {
      const reply = await client.call('POST', `/api/v1/catalog/${name}/enable`);
      expect(reply.status, name).toBe(201);
    }
  });

  test.each(catalogue.map(({ definition: one }) => [one.backend_name, one] as const))(
    '%s',
    async (backend_name, one) => {
      for (const [version, config] of Object.entries(one.version_configs)) {
        const isCpu = config.custom_framework === 'cpu';
        const { status, body } = await client.call<Preview>('POST', '/api/v1/previews', {
          deployment: {
            backend_name,
            backend_version: version,
            model: { source: 'huggingface', repo_id: 'Qwen/Qwen3-0.6B' },
          },
          host: { frameworks: [config.custom_framework], gpu_indexes: isCpu ? [] : [0, 1] },
        });
        expect(body, version).toMatchObject({ launch_spec: { image: config.image_name } });
        expect(status).toBe(200);
        const warnings = body.warnings.filter(({ code }) => !allowedWarnings.includes(code));
        expect(warnings, version).toEqual([]);
      }
    },
  );
});

describe('community backends', () => {
  test('are off until enabled, once, and off again when deleted', async () => {
    const client = await newOrg();
    const item = async () =>
      (await client.call<CatalogueItem>('GET', '/api/v1/catalog/ollama')).body.enabled;
    expect((await client.call('GET', '/api/v1/backends/Ollama')).status).toBe(404);
    expect(await item()).toBe(false);
    const enabled = await client.call<Backend>('POST', '/api/v1/catalog/ollama/enable');
    expect(enabled.body).toMatchObject({
      source: 'community',
      revision: 1,
      update_available: false,
    });
    expect(await item()).toBe(true);
    expect((await client.call('POST', '/api/v1/catalog/ollama/enable')).status).toBe(409);
    expect((await client.call('DELETE', '/api/v1/backends/ollama')).status).toBe(204);
    expect(await item()).toBe(false);
  });

  test('give their names away while they are not enabled', async () => {
    const client = await newOrg();
    const own = definition({ backend_name: 'Ollama' });
    const made = await client.call<Backend>('POST', '/api/v1/backends', own);
    expect(made.body).toMatchObject({ source: 'custom' });
    const refused = await client.call('POST', '/api/v1/catalog/Ollama/enable');
    expect(refused.body).toMatchObject({ code: 'name_taken' });
    const item = await client.call<CatalogueItem>('GET', '/api/v1/catalog/Ollama');
    expect(item.body).toMatchObject({ enabled: false });
  });

  test('keep what an organisation changed, and can be brought to what ships', async () => {
    const client = await newOrg();
    const { headers } = await client.call('POST', '/api/v1/catalog/LMDeploy/enable');
    const changed = await client.call<Backend>(
      'PATCH',
      '/api/v1/backends/LMDeploy',
      { description: 'Ours.' },
      { headers: { 'if-match': headers.get('etag') ?? '' } },
    );
    expect(changed.body).toMatchObject({ description: 'Ours.', source: 'community', revision: 2 });
    expect((await client.call('POST', '/api/v1/catalog/LMDeploy/update')).status).toBe(428);
    const updated = await client.call<Backend>(
      'POST',
      '/api/v1/catalog/LMDeploy/update',
      undefined,
      {
        headers: { 'if-match': '"2"' },
      },
    );
    const shipped = catalogue.find(({ definition: one }) => one.backend_name === 'LMDeploy');
    expect(updated.body).toMatchObject({
      description: shipped?.definition.description,
      revision: 3,
    });
  });
});

describe('built-in backends', () => {
  const ownVersion = {
    image_name: 'vllm/vllm-openai:v0.19.0',
    custom_framework: 'cuda',
    entrypoint: 'vllm serve',
    run_command:
      '{{model_path}} --host {{worker_ip}} --port {{port}} --served-model-name {{model_name}}',
  };

  test.each([
    ['vLLM', '0.19.0-custom', ownVersion, 'vllm serve /models/Qwen3-0.6B --host'],
    [
      'SGLang',
      '0.5.10-custom',
      {
        image_name: 'lmsysorg/sglang:v0.5.10',
        custom_framework: 'cuda',
        entrypoint: 'sglang serve',
        run_command: '--model-path {{model_path}} --host {{worker_ip}} --port {{port}}',
      },
      'sglang serve --model-path /models/Qwen3-0.6B --host',
    ],
  ])(
    '%s takes the version %s of an organisation, and of no other',
    async (name, version, config, line) => {
      const [client, other] = [await newOrg(), await newOrg()];
      const path = `/api/v1/backends/${name}/versions/${version}`;
      expect((await client.call('PUT', path, config)).status).toBe(201);
      const preview = await client.call<Preview>('POST', '/api/v1/previews', {
        deployment: {
          backend_name: name,
          backend_version: version,
          model: { source: 'huggingface', repo_id: 'Qwen/Qwen3-0.6B' },
        },
        host: { frameworks: ['cuda'], gpu_indexes: [0] },
      });
      expect(preview.body.command_line).toContain(line);
      expect((await other.call('GET', path)).status).toBe(404);
      const shipped = catalogue.find(
        ({ definition: one }) => one.backend_name === name,
      )?.definition;
      const { body } = await client.call<Backend>('GET', `/api/v1/backends/${name}`);
      expect(Object.keys(body.version_configs).sort()).toEqual(
        [...Object.keys(shipped?.version_configs ?? {}), version].sort(),
      );
      expect(body.built_in_versions).not.toContain(version);
      expect((await client.call('DELETE', path)).status).toBe(204);
    },
  );

  test('keep the versions that they ship with, and cannot be deleted or impersonated', async () => {
    const client = await newOrg();
    const { body } = await client.call<Backend>('GET', '/api/v1/backends/vllm');
    const [shipped = ''] = body.built_in_versions;
    const path = `/api/v1/backends/vLLM/versions/${shipped}`;
    const ifMatch = { headers: { 'if-match': '"0"' } };
    const changed = await client.call('PUT', path, ownVersion, ifMatch);
    expect(changed.body).toMatchObject({
      code: 'invalid_definition',
      errors: [{ code: 'built_in_version' }],
    });
    expect((await client.call('DELETE', path)).body).toMatchObject({ code: 'invalid_definition' });
    expect((await client.call('DELETE', '/api/v1/backends/vLLM')).status).toBe(409);
    const fake = definition({ backend_name: 'VLLM' });
    expect((await client.call('POST', '/api/v1/backends', fake)).body).toMatchObject({
      code: 'name_taken',
    });
  });

  test('say which deployments use them', async () => {
    const client = await newOrg();
    await newFakeAgent(
      client,
      inventoryWith({ gpus: [cudaGpu(0), cudaGpu(1)], model_sources: ['huggingface'] }),
    );
    const deploy = (name: string) =>
      client.call('POST', '/api/v1/deployments', {
        name,
        backend_name: 'vLLM',
        model: { source: 'huggingface', repo_id: 'Qwen/Qwen3-0.6B' },
      });
    const replies = await Promise.all([deploy('one'), deploy('two')]);
    expect(replies.map((reply) => reply.status)).toEqual([201, 201]);
    const { body } = await client.call<Backend>('GET', '/api/v1/backends/vLLM');
    expect(body.in_use_by.map((user) => user.deployment)).toEqual(['one', 'two']);
    expect(body.version_configs).toHaveProperty([body.in_use_by[0]?.version ?? 'none']);
  });
});
