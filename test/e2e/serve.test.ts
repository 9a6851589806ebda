import { describe, expect } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import type { Event } from '../../contract/event.ts';
import type { Instance, InstanceDetail } from '../../contract/instance.ts';
import { DEMO_IMAGE } from '../../demo/image.ts';
import { startAgentProcess } from '../support/agent-process.ts';
import { type Client, newOrg } from '../support/client.ts';
import { docker, dockerTest } from '../support/docker.ts';
import { until } from '../support/until.ts';

const yaml = `backend_name: stand-in
default_run_command: >-
  serve {{model_path}} --host {{worker_ip}} --port {{port}} --served-model-name {{model_name}}
  --cache {{CACHE_DIR}} --log-level {{LOG_LEVEL}} --note "{{NOTE}}"
default_env:
  CACHE_DIR: /cache
  LOG_LEVEL: info
  NOTE: two words "and quotes"
version_configs:
  v1:
    image_name: ${DEMO_IMAGE}
    custom_framework: cpu
    env:
      CACHE_DIR: /custom-cache
`;

interface StandIn {
  argv: string[];
  env: Record<string, string>;
  started_at: string;
}

async function deploy(client: Client, change: Record<string, unknown> = {}): Promise<void> {
  await client.call('POST', '/api/v1/backends', undefined, { yaml });
  const reply = await client.call('POST', '/api/v1/deployments', {
    name: 'model',
    backend_name: 'stand-in',
    model_name: 'my-model',
    model: { source: 'local_path', path: '/etc/hostname' },
    env: { LOG_LEVEL: 'debug' },
    health: { interval_seconds: 1 },
    ...change,
  });
  expect(reply.status).toBe(201);
}

async function available(client: Client): Promise<Deployment> {
  return until('the deployment is available', async () => {
    const { body } = await client.call<Deployment>('GET', '/api/v1/deployments/model');
    return body.status.phase === 'available' && body;
  });
}

async function firstInstance(client: Client): Promise<Instance | undefined> {
  const { body } = await client.call<{ items: Instance[] }>(
    'GET',
    '/api/v1/deployments/model/instances',
  );
  return body.items[0];
}

async function standIn(deployment: Deployment): Promise<StandIn> {
  const url = deployment.status.endpoints[0]?.url;
  return (await fetch(`${url}/stand-in`)).json() as Promise<StandIn>;
}

async function startedAt(container: string): Promise<string> {
  return docker().cli('inspect', '--format', '{{.State.StartedAt}}', container);
}

describe('a model is served', () => {
  dockerTest(
    'from a definition to an answer with the rendered arguments, and nothing is left',
    async () => {
      const client = await newOrg();
      const agent = await startAgentProcess(client);
      await deploy(client);
      const deployment = await available(client);
      const instance = await firstInstance(client);
      expect(deployment.status.endpoints).toEqual([
        { instance_id: instance?.id, url: instance?.url },
      ]);

      const seen = await standIn(deployment);
      const port = new URL(instance?.url ?? '').port;
      expect(seen.argv).toEqual([
        ...['serve', '/etc/hostname', '--host', '127.0.0.1', '--port', port],
        ...['--served-model-name', 'my-model', '--cache', '/custom-cache'],
        ...['--log-level', 'debug', '--note', 'two words "and quotes"'],
      ]);
      expect(seen.env).toMatchObject({ CACHE_DIR: '/custom-cache', LOG_LEVEL: 'debug' });
      const answer = await fetch(`${instance?.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'my-model', messages: [{ role: 'user', content: 'Ahoy' }] }),
      });
      expect(JSON.stringify(await answer.json())).toContain('Ahoy');

      const [container = ''] = await docker().containersOf(agent.hostId);
      const [body] = JSON.parse(await docker().cli('inspect', container));
      expect(body.Name).toBe(`/longshore-${instance?.id}-1`);
      expect(body.HostConfig).toMatchObject({
        Privileged: false,
        Init: true,
        SecurityOpt: ['no-new-privileges'],
        RestartPolicy: { Name: 'no' },
        PidsLimit: 16_384,
      });
      const detail = await client.call<InstanceDetail>('GET', `/api/v1/instances/${instance?.id}`);
      expect(detail.body.launch_spec?.args?.slice(0, 2)).toEqual(['serve', '/etc/hostname']);

      expect((await client.call('DELETE', '/api/v1/deployments/model')).status).toBe(202);
      await until('the deployment is gone', async () => {
        return (await client.call('GET', '/api/v1/deployments/model')).status === 404;
      });
      expect(await docker().containersOf(agent.hostId)).toEqual([]);
    },
  );

  dockerTest(
    'an agent that is killed and started again adopts its container as it is',
    async () => {
      const client = await newOrg();
      const agent = await startAgentProcess(client);
      await deploy(client);
      await available(client);
      const [container = ''] = await docker().containersOf(agent.hostId);
      const before = await startedAt(container);
      await agent.kill('SIGKILL');
      await agent.start();
      await until('the new process speaks for the host', async () => {
        const { body } = await client.call('GET', `/api/v1/hosts/${agent.hostId}`);
        return body.status === 'online' && agent.log().split('\n').length > 1;
      });
      // It acts on what it is told: a second deployment runs, and the first was left alone.
      await client.call('POST', '/api/v1/deployments', {
        name: 'second',
        backend_name: 'stand-in',
        model: { source: 'local_path', path: '/etc/hostname' },
      });
      await until('the second is available', async () => {
        const { body } = await client.call<Deployment>('GET', '/api/v1/deployments/second');
        return body.status.phase === 'available';
      });
      expect(await docker().containersOf(agent.hostId)).toHaveLength(2);
      expect(await startedAt(container)).toBe(before);
      expect((await available(client)).status.ready_replicas).toBe(1);
    },
  );

  dockerTest('a container that is killed by hand comes back, and the API shows why', async () => {
    const client = await newOrg();
    const agent = await startAgentProcess(client);
    await deploy(client);
    await available(client);
    const [container = ''] = await docker().containersOf(agent.hostId);
    const before = await startedAt(container);
    await docker().cli('kill', container);
    await until('it was restarted', async () => {
      const instance = await firstInstance(client);
      return instance?.restarts === 1 && instance.state === 'running';
    });
    const instance = await firstInstance(client);
    expect(instance?.exit).toEqual({ code: 137, oom_killed: false });
    expect(instance?.message).toContain('137');
    expect(await startedAt(container)).not.toBe(before);
    const { body } = await client.call<{ items: Event[] }>(
      'GET',
      '/api/v1/deployments/model/events',
    );
    const restarting = body.items.find((event) => event.type === 'exited');
    expect(restarting?.message).toMatch(/137/);
  });

  dockerTest('without a link it polls, and a model is served all the same', async () => {
    const client = await newOrg();
    await startAgentProcess(client, { args: ['--no-link'] });
    await deploy(client);
    await available(client);
  });

  dockerTest('an image that is not there is named, with what to do', async () => {
    const client = await newOrg();
    await startAgentProcess(client);
    await deploy(client, { image_name: 'localhost:1/nothing:1' });
    const instance = await until('the API says why', async () => {
      const found = await firstInstance(client);
      return found?.reason ? found : undefined;
    });
    expect(instance.message).toContain('localhost:1/nothing:1');
  });
});
