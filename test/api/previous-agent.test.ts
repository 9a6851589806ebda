import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Host } from '../../contract/host.ts';
import { newOrg } from '../support/client.ts';
import { enrolmentToken, newSecret } from '../support/fake-agent.ts';

/**
 * What the agent 0.1.0 sends, word for word, with the few things that it always told. Never to be changed: hosts that nobody
 * has brought up to date yet go on sending it. What a newer agent tells besides is optional.
 */
const enrolment = (secret: string) => ({
  install_id: randomBytes(16).toString('base64url'),
  secret,
  name: 'old',
  labels: {},
});
const firstSync = {
  protocol: 1,
  agent_version: '0.1.0',
  epoch: 1,
  process_id: 'old-process',
  seq: 1,
  era: null,
  desired_revision: 0,
  has_link: false,
  observed_hash: 'first',
  observed: {
    complete: true,
    inventory: {
      hostname: 'old',
      os: 'Debian GNU/Linux 12 (bookworm)',
      architecture: 'amd64',
      cpus: 8,
      memory_bytes: 67_000_000_000,
      address: '10.0.0.9',
      port_range: { first: 20_000, last: 20_999 },
      gpus: [
        { framework: 'cuda', index: 0, uuid: 'GPU-old', name: 'NVIDIA L4', memory_bytes: 24e9 },
      ],
      docker: { version: '24.0.7' },
      model_sources: ['none', 'local_path'],
      conditions: [],
    },
    instances: [],
  },
};
const state = (launch: { instance_id: string; generation: number }) => ({
  instance_id: launch.instance_id,
  generation: launch.generation,
  state: 'running',
  reason: null,
  message: 'running',
  restarts: 0,
  exit: null,
  container_id: 'c',
  started_age_ms: 10,
  ready_age_ms: 5,
});

test('the previous agent enrols, gets its work and reports it', async () => {
  const client = await newOrg();
  const secret = newSecret();
  const token = await enrolmentToken(client);
  const enrolled = await client.call('POST', '/api/agent/v1/enroll', enrolment(secret), { token });
  expect(enrolled.status).toBe(200);
  const sync = (body: unknown) =>
    client.call('POST', '/api/agent/v1/sync', body, { token: secret });
  const first = await sync(firstSync);
  expect(first.status).toBe(200);

  const yaml =
    'backend_name: b\nversion_configs:\n  v1: { image_name: a/b:1, run_command: serve, custom_framework: cuda }\n';
  await client.call('POST', '/api/v1/backends', undefined, { yaml });
  const made = { name: 'm', backend_name: 'b', gpu: { count: 1 } };
  expect((await client.call('POST', '/api/v1/deployments', made)).status).toBe(201);
  const second = await sync({ ...firstSync, seq: 2, era: first.body.era });
  expect(second.body).toMatchObject({
    protocol: 1,
    era: expect.any(String),
    send_all: expect.any(Boolean),
    next_sync_ms: expect.any(Number),
    desired: { revision: expect.any(Number), secrets: {} },
  });
  const { revision, launches } = second.body.desired as {
    revision: number;
    launches: { instance_id: string; generation: number }[];
  };
  expect(launches).toHaveLength(1);
  const third = await sync({
    ...firstSync,
    seq: 3,
    era: second.body.era,
    desired_revision: revision,
    observed_hash: 'third',
    observed: { ...firstSync.observed, instances: launches.map(state) },
  });
  expect(third.status).toBe(200);
  const { body } = await client.call<{ items: { state: string }[] }>(
    'GET',
    '/api/v1/deployments/m/instances',
  );
  expect(body.items.map((instance) => instance.state)).toEqual(['running']);
});

test('an agent that is too old is told so where hosts are shown, with what to do', async () => {
  const client = await newOrg();
  const secret = newSecret();
  const token = await enrolmentToken(client);
  await client.call('POST', '/api/agent/v1/enroll', enrolment(secret), { token });
  const hosts = async () =>
    (await client.call<{ items: Host[] }>('GET', '/api/v1/hosts')).body.items;
  const speak = (epoch: number, agent_version: string) => {
    const body = { ...firstSync, epoch, process_id: `process-${epoch}`, agent_version };
    return client.call('POST', '/api/agent/v1/sync', body, { token: secret });
  };
  await speak(1, '0.0.9');
  const [old] = await hosts();
  expect(old?.agent_update).toMatch(/too old: it is 0\.0\.9, .* the newest is .*install\.sh/);
  expect(old?.status).toBe('online');
  await speak(2, '0.1.0');
  expect((await hosts())[0]).toMatchObject({ agent_version: '0.1.0', agent_update: null });
});
