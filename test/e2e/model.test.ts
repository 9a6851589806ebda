import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { ModelHub, sha256 } from '../../agent/testing/model-hub.ts';
import type { Deployment } from '../../contract/deployment.ts';
import type { Instance } from '../../contract/instance.ts';
import { DEMO_IMAGE } from '../../demo/image.ts';
import { type AgentProcess, startAgentProcess } from '../support/agent-process.ts';
import { type Client, newOrg } from '../support/client.ts';
import { docker, dockerTest } from '../support/docker.ts';
import { until } from '../support/until.ts';

const yaml = `backend_name: stand-in
default_run_command: serve {{model_path}} --host {{worker_ip}} --port {{port}}
version_configs:
  v1:
    image_name: ${DEMO_IMAGE}
    custom_framework: cpu
`;
const weights = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => at % 251));
const halfway = 1_000_000;

async function hubWith(files: Record<string, Buffer | string>): Promise<ModelHub> {
  const hub = new ModelHub();
  await hub.start();
  onTestFinished(() => hub.stop());
  hub.commit('org/tiny', files);
  return hub;
}

async function deploy(client: Client, model: Record<string, unknown> = {}): Promise<void> {
  await client.call('POST', '/api/v1/backends', undefined, { yaml });
  const reply = await client.call('POST', '/api/v1/deployments', {
    name: 'model',
    backend_name: 'stand-in',
    model: { source: 'huggingface', repo_id: 'org/tiny', ...model },
    health: { interval_seconds: 1 },
  });
  expect(reply.status).toBe(201);
}

async function available(client: Client): Promise<Deployment> {
  return until('the deployment is available', async () => {
    const { body } = await client.call<Deployment>('GET', '/api/v1/deployments/model');
    return body.status.phase === 'available' && body;
  });
}

async function instanceThat(
  client: Client,
  what: string,
  isSo: (instance: Instance) => boolean,
): Promise<Instance> {
  let last: Instance | null = null;
  const probe = async () => {
    const path = '/api/v1/deployments/model/instances';
    const { body } = await client.call<{ items: Instance[] }>('GET', path);
    const [instance] = body.items;
    last = instance ?? null;
    return instance && isSo(instance) && instance;
  };
  return until(what, probe, 30_000, () => last);
}

/** Runs a line of JavaScript in the host's one container, by the only program that it has. */
async function inContainer(agent: AgentProcess, script: string): Promise<string> {
  const [container = ''] = await docker().containersOf(agent.hostId);
  return docker().cli('exec', container, process.execPath, '-e', script);
}

const filesInside = `
const { createHash } = require('node:crypto');
const { readdirSync, readFileSync } = require('node:fs');
const hash = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');
const names = readdirSync('/models/tiny', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile()).map((entry) => entry.parentPath + '/' + entry.name).sort();
console.log(JSON.stringify(names.map((name) => [name, hash(name)])));`;

describe('a model from a hub', () => {
  dockerTest(
    'stands read-only in the container where the command says, and is served',
    async () => {
      const hub = await hubWith({ 'config.json': '{}', 'sub/w.bin': weights });
      const client = await newOrg();
      const agent = await startAgentProcess(client, { env: { HF_ENDPOINT: hub.url } });
      await deploy(client);
      const deployment = await available(client);
      const seen = await fetch(`${deployment.status.endpoints[0]?.url}/stand-in`);
      expect((await seen.json()) as { argv: string[] }).toMatchObject({
        argv: expect.arrayContaining(['serve', '/models/tiny']),
      });
      expect(JSON.parse(await inContainer(agent, filesInside))).toEqual([
        ['/models/tiny/config.json', sha256(Buffer.from('{}'))],
        ['/models/tiny/sub/w.bin', sha256(weights)],
      ]);
      const write = `try { require('node:fs').writeFileSync('/models/tiny/x', ''); console.log('written'); } catch (error) { console.log(error.code); }`;
      expect(await inContainer(agent, write)).toBe('EROFS');
    },
  );

  dockerTest('is one file of it where the deployment says so', async () => {
    const hub = await hubWith({ 'a.gguf': weights, 'b.gguf': weights.subarray(1) });
    const client = await newOrg();
    const agent = await startAgentProcess(client, { env: { HF_ENDPOINT: hub.url } });
    await deploy(client, { file: 'a.gguf' });
    await available(client);
    expect(JSON.parse(await inContainer(agent, filesInside))).toEqual([
      ['/models/tiny/a.gguf', sha256(weights)],
    ]);
    expect(hub.fetched('/b.gguf')).toEqual([]);
  });

  dockerTest(
    'comes whole although the agent is killed on the way, and without asking twice for what is here',
    async () => {
      const hub = await hubWith({ 'w.bin': weights });
      hub.faults.push({
        matches: (path) => path.startsWith('cdn:'),
        act: { kind: 'stall', after_bytes: halfway },
      });
      const client = await newOrg();
      const agent = await startAgentProcess(client, { env: { HF_ENDPOINT: hub.url } });
      await deploy(client);
      const shown = await instanceThat(client, 'the API shows the download', ({ state }) => {
        return state === 'downloading';
      });
      expect(shown.message).toMatch(/^Downloading org\/tiny: .* of 3 MB/);
      const partial = join(
        agent.folder,
        'models/hub/models--org--tiny/blobs',
        `${sha256(weights)}.incomplete`,
      );
      await until('half of it is here', () => {
        try {
          return statSync(partial).size === halfway;
        } catch {
          return false;
        }
      });
      await agent.kill('SIGKILL');
      // The branch moves on meanwhile; the launch keeps its commit.
      hub.commit('org/tiny', { 'w.bin': 'another' });
      await agent.start();
      await available(client);
      expect(JSON.parse(await inContainer(agent, filesInside))).toEqual([
        ['/models/tiny/w.bin', sha256(weights)],
      ]);
      const parts = hub.requests.filter(({ host }) => host === 'cdn').map(({ range }) => range);
      expect(parts).toEqual([null, `bytes=${halfway}-${weights.length - 1}`]);
      expect(hub.requests.filter(({ path }) => path.includes('/revision/'))).toHaveLength(1);
    },
  );

  dockerTest('runs on, and starts again, without the hub', async () => {
    const hub = await hubWith({ 'config.json': '{}' });
    const client = await newOrg();
    const agent = await startAgentProcess(client, { env: { HF_ENDPOINT: hub.url } });
    await deploy(client);
    await available(client);
    await hub.stop();
    const [container = ''] = await docker().containersOf(agent.hostId);
    await docker().cli('kill', container);
    await instanceThat(client, 'it runs again', ({ state, restarts }) => {
      return state === 'running' && restarts === 1;
    });
    // A container that is gone is made again, from what is on the disk.
    await docker().cli('rm', '--force', container);
    await until('another one runs', async () => {
      const [next] = await docker().containersOf(agent.hostId);
      return next !== undefined && next !== container;
    });
    await instanceThat(client, 'it runs once more', ({ state, restarts }) => {
      return state === 'running' && restarts === 2;
    });
  });

  dockerTest('that is not there is said in the API with what to do', async () => {
    const hub = await hubWith({ 'config.json': '{}' });
    const client = await newOrg();
    await startAgentProcess(client, { env: { HF_ENDPOINT: hub.url } });
    await deploy(client, { include: ['*.gguf'] });
    const instance = await instanceThat(client, 'the API says why', ({ reason }) => {
      return reason === 'model_files_not_found';
    });
    expect(instance.message).toContain('It has config.json');
  });
});
