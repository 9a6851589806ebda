import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Instance } from '../../contract/instance.ts';
import { DEMO_IMAGE } from '../../demo/image.ts';
import { startAgentProcess } from '../support/agent-process.ts';
import { type Client, newOrg } from '../support/client.ts';
import { findDebianProgram } from '../support/debian-program.ts';
import { docker, dockerTest } from '../support/docker.ts';
import { startRegistry, type TestRegistry } from '../support/registry.ts';
import { until } from '../support/until.ts';

const program = await findDebianProgram('docker-registry', 'docker-registry');

async function deploy(client: Client, image: string, change: Record<string, unknown> = {}) {
  const yaml = `backend_name: stand-in
default_run_command: serve --host {{worker_ip}} --port {{port}}
version_configs:
  v1:
    image_name: ${image}
    custom_framework: cpu
`;
  await client.call('POST', '/api/v1/backends', undefined, { yaml });
  const reply = await client.call('POST', '/api/v1/deployments', {
    name: 'model',
    backend_name: 'stand-in',
    health: { interval_seconds: 1 },
    ...change,
  });
  expect(reply.status).toBe(201);
}

function instanceThat(client: Client, what: string, isSo: (instance: Instance) => boolean) {
  return until(what, async () => {
    const path = '/api/v1/deployments/model/instances';
    const { body } = await client.call<{ items: Instance[] }>('GET', path);
    const [instance] = body.items;
    return instance && isSo(instance) && instance;
  });
}

describe.skipIf(!program)('an image of a private registry', () => {
  let registry: TestRegistry;
  let image: string;
  beforeAll(async () => {
    registry = await startRegistry(program ?? '');
    image = `${registry.server}/team/stand-in:1`;
    await registry.take(DEMO_IMAGE, 'team/stand-in', '1');
    await docker().cli('rmi', image);
  });
  afterAll(async () => {
    await docker().cli('rmi', '--force', image);
    await registry.stop();
  });

  async function setLogin(client: Client, password: string) {
    await client.call('PUT', '/api/v1/secrets/REGISTRY', { value: password });
    const { username, server } = registry;
    const login = { username, password: '{{secrets.REGISTRY}}' };
    const reply = await client.call('PUT', `/api/v1/registries/${server}`, login);
    expect(reply.status).toBe(200);
  }

  dockerTest('is pulled as soon as its login is set, and the API shows what ran', async () => {
    const client = await newOrg();
    const agent = await startAgentProcess(client);
    await deploy(client, image);
    const refused = await instanceThat(client, 'it is refused', ({ reason }) => {
      return reason === 'image_unauthorized';
    });
    expect(refused.message).toContain(`PUT /api/v1/registries/${registry.server} `);
    expect(refused.image_digest).toBeNull();
    await setLogin(client, 'wrong-pass-word');
    await instanceThat(client, 'the wrong one is refused', ({ reason, message }) => {
      return reason === 'image_unauthorized' && message.includes('the user "longshore"');
    });
    await setLogin(client, registry.password);
    const running = await instanceThat(client, 'it runs', ({ state }) => state === 'running');
    const [digest] = JSON.parse(
      await docker().cli('image', 'inspect', '--format', '{{json .RepoDigests}}', image),
    ).filter((name: string) => name.startsWith(registry.server));
    expect(running.image_digest).toBe(digest);
    const one = await client.call<Instance>('GET', `/api/v1/instances/${running.id}`);
    expect(one.body.image_digest).toBe(digest);
    const files = readdirSync(agent.folder).filter((name) => name.endsWith('.json'));
    const said = [
      agent.log(),
      ...files.map((name) => readFileSync(join(agent.folder, name), 'utf8')),
    ];
    const events = await client.call('GET', '/api/v1/deployments/model/events');
    for (const text of [...said, JSON.stringify([one.body, events.body, refused])]) {
      expect(text).not.toContain('pass-word');
    }
  });

  dockerTest(
    'is pulled again by the next process of the agent, whose journal has no login',
    async () => {
      const client = await newOrg();
      const agent = await startAgentProcess(client);
      await setLogin(client, registry.password);
      await deploy(client, image);
      await instanceThat(client, 'it runs', ({ state }) => state === 'running');
      await agent.kill('SIGKILL');
      const [container = ''] = await docker().containersOf(agent.hostId);
      await docker().cli('rm', '--force', container);
      await docker().cli('rmi', image);
      await agent.start();
      await until('another container runs', async () => {
        const [next] = await docker().containersOf(agent.hostId);
        return next !== undefined && next !== container;
      });
      const again = await instanceThat(client, 'it runs again', ({ state }) => state === 'running');
      expect(again.image_digest).toContain(`${registry.server}/team/stand-in@sha256:`);
    },
  );

  dockerTest('that it does not have is said in the API with what to check', async () => {
    const client = await newOrg();
    await startAgentProcess(client);
    await setLogin(client, registry.password);
    await deploy(client, `${registry.server}/team/stand-in:2`);
    const failed = await instanceThat(client, 'it fails', ({ state }) => state === 'failed');
    expect(failed).toMatchObject({
      reason: 'image_not_found',
      message: expect.stringContaining('Check its name and tag'),
    });
  });
});
