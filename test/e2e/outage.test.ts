import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, inject, onTestFinished } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import type { Host } from '../../contract/host.ts';
import { startStack } from '../../local/start-stack.ts';
import { type Client, clientAt } from '../support/client.ts';
import { standInYaml } from '../support/definitions.ts';
import { docker, dockerTest } from '../support/docker.ts';
import { until } from '../support/until.ts';

async function deploy(client: Client, name: string): Promise<void> {
  const reply = await client.call('POST', '/api/v1/deployments', {
    name,
    backend_name: 'stand-in',
  });
  expect(reply.status).toBe(201);
}

async function available(client: Client, name: string): Promise<void> {
  await until(`${name} is available`, async () => {
    const { body } = await client.call<Deployment>('GET', `/api/v1/deployments/${name}`);
    return body.status.phase === 'available';
  });
}

dockerTest(
  'a control plane that is away for 20 s leaves the containers alone, and serves on when it is back',
  { timeout: 120_000 },
  async () => {
    // Its own stack: the others go on meanwhile.
    const home = mkdtempSync(join(tmpdir(), 'longshore-outage-'));
    const stack = await startStack({
      home,
      port: 0,
      agent: { dockerSocket: inject('dockerSocket') ?? '', ports: '20900-20909' },
    });
    onTestFinished(async () => {
      await stack.stop();
      rmSync(home, { recursive: true, force: true });
    });
    const client = clientAt(stack.url, stack.adminToken, 'org_default');
    const hostId = stack.hostId ?? '';
    await client.call('POST', '/api/v1/backends', undefined, { yaml: standInYaml() });
    await deploy(client, 'before');
    await available(client, 'before');
    const [container = ''] = await docker().containersOf(hostId);
    const state = () =>
      docker().cli('inspect', '--format', '{{.State.StartedAt}} {{.State.Running}}', container);
    const before = await state();

    await stack.stopControlPlane();
    // Not a wait for something to happen: the length of the outage is what is tried.
    await delay(20_000);
    expect(await state()).toBe(before);
    await stack.startControlPlane();

    await deploy(client, 'after');
    await available(client, 'after');
    await available(client, 'before');
    expect(await state()).toBe(before);
    const { body } = await client.call<Host>('GET', `/api/v1/hosts/${hostId}`);
    expect(body.status).toBe('online');
    expect(await docker().containersOf(hostId)).toHaveLength(2);
  },
);
