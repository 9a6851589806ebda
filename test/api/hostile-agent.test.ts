import { expect, test } from 'vitest';
import type { SyncRequest } from '../../contract/agent-protocol.ts';
import { type HostileCall, hostileCall, hostileMessage, type Loot } from '../fuzz/hostile-agent.ts';
import { seeded } from '../fuzz/random.ts';
import { type Client, newOrg } from '../support/client.ts';
import { instancesOf, obey, readDeployment } from '../support/deployment.ts';
import {
  cudaGpu,
  type FakeAgent,
  inventoryWith,
  newFakeAgent,
  observed,
} from '../support/fake-agent.ts';
import { schemaChecker } from '../support/json-schema.ts';
import { readDocument } from '../support/openapi.ts';
import { rowsOfOrg } from '../support/rows.ts';

const { HOSTILE_RUNS = '150', FUZZ_SEED = '1' } = process.env;

test('a hostile agent never sees or changes what is of another host or organisation, whatever it says', async () => {
  const document = await readDocument();
  const { faultsOf } = schemaChecker(document);
  const [ours, theirs] = [await newOrg(), await newOrg()];
  const hostile = await hostWith(ours, 'hostile');
  const neighbour = await hostWith(ours, 'neighbour');
  const stranger = await hostWith(theirs, 'stranger');

  const others = [neighbour, stranger];
  const forbidden = [
    ...others.flatMap(({ agent, secret, instanceIds, deploymentId }) => [
      agent.hostId,
      agent.secret,
      secret,
      deploymentId,
      ...instanceIds,
    ]),
    theirs.orgId,
  ];
  const ofOthers = async () => {
    const lines = Object.entries(await rowsOfOrg(ours.orgId)).flatMap(([table, rows]) =>
      rows.map((row) => `${table} ${row}`),
    );
    const marks = [neighbour.agent.hostId, neighbour.deploymentId, ...neighbour.instanceIds];
    // Of itself a host may say anything, also the ids of others.
    const own = new RegExp(
      `^(hosts .*"id"|events .*"subject"|host_rivals .*"host_id"):"${hostile.agent.hostId}"`,
    );
    return {
      neighbour: lines.filter(
        (line) => !own.test(line) && marks.some((mark) => line.includes(mark)),
      ),
      stranger: await rowsOfOrg(theirs.orgId),
    };
  };
  const keepAlive = async () => {
    const replies = await Promise.all(others.map(({ agent }) => agent.sync()));
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  };

  await keepAlive();
  const { seq, epoch, process_id, era } = hostile.agent.message();
  const loot: Loot = {
    self: { seq, epoch, process_id },
    era: era ?? '',
    ownInstances: hostile.instanceIds,
    foreignInstances: others.flatMap(({ instanceIds }) => instanceIds),
    foreignIds: [...others.map(({ agent }) => agent.hostId), theirs.orgId],
    foreignGpus: others.map(({ name }) => `GPU-${name}`),
    foreignSecrets: others.map(({ agent }) => agent.secret),
  };
  const before = await ofOthers();
  expect(before.neighbour.length).toBeGreaterThan(5);

  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const failures: string[] = [];
  for (let round = 0; round < Number(HOSTILE_RUNS); round += 1) {
    const random = seeded(Number(FUZZ_SEED) * 100_003 + round);
    const message = hostileMessage(document, loot, random) as SyncRequest; // or broken
    const { status, body } = await hostile.agent.send(message);
    count(`sync ${status}`);
    const told = JSON.stringify(body);
    const seen = forbidden.filter((mark) => told.includes(mark));
    const name = status === 200 ? 'SyncReply' : 'Problem';
    const faults = faultsOf(document.components.schemas[name] ?? {}, body);
    if (status >= 500 || seen.length > 0 || faults.length > 0) {
      failures.push(
        `round ${round}: ${status} ${told.slice(0, 300)}\n  sees ${seen}; ${faults.slice(0, 3)}\n  ${JSON.stringify(message).slice(0, 2000)}`,
      );
    }
    if (status === 200) Object.assign(loot.self, pickIdentity(message));
    const { fault, what } = await callAnotherRoute(hostile, hostileCall(loot, random), forbidden);
    count(what);
    if (fault) failures.push(`round ${round}: ${fault}`);
    if (round % 20 === 19) {
      failures.push(...(await unreadable(ours, hostile)));
      await keepAlive();
      expect(await ofOthers(), `before round ${round}`).toEqual(before);
    }
    if (failures.length > 3) break;
  }
  console.log(
    `a hostile agent: ${[...counts]
      .sort()
      .map(([what, times]) => `${what}: ${times}`)
      .join('  ')}`,
  );
  expect(failures.join('\n')).toBe('');
  expect(await ofOthers()).toEqual(before);
  expect(counts.get('sync 200')).toBeGreaterThan(Number(HOSTILE_RUNS) / 4);
  expect([...counts.keys()]).toEqual(
    expect.arrayContaining(['GET host 200', 'POST conflict 200', 'POST rotate 409']),
  );

  // Asked for a new secret, it offers those of others.
  await ours.call('POST', `/api/v1/hosts/${hostile.agent.hostId}/rotate-secret`);
  for (const next_secret of loot.foreignSecrets) {
    const call = { method: 'POST', path: 'rotate', body: { next_secret } };
    expect(await callAnotherRoute(hostile, call, forbidden)).toEqual({
      what: 'POST rotate 409',
      fault: undefined,
    });
  }
  await keepAlive();
  expect(await ofOthers()).toEqual(before);
}, 180_000);

test('a pause that no clock can keep is refused: its instance, and all that is planned with it, stays readable', async () => {
  const client = await newOrg();
  const { agent } = await hostWith(client, 'timeless');
  const [launch] = agent.launches;
  if (!launch) throw new Error('nothing was launched');
  const pause = (retry_in_ms: number) =>
    agent.report([
      observed(launch, 'restarting', { retry_in_ms }),
      ...agent.launches.slice(1).map((one) => observed(one, 'running')),
    ]);
  expect(await pause(Number.MAX_SAFE_INTEGER)).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/observed/instances/0/retry_in_ms' }] },
  });
  expect((await pause(50 * 365 * 24 * 3_600_000)).status).toBe(200);
  const { status, body } = await client.call('GET', `/api/v1/instances/${launch.instance_id}`);
  expect(status).toBe(200);
  expect(String(body.retry_at)).toMatch(/^20[78]\d-/);
});

test('an epoch that no count of starts reaches is refused, so that a thief of the secret leaves the agent one to say', async () => {
  const { agent } = await hostWith(await newOrg(), 'counted');
  const process_id = 'process-of-a-thief';
  for (const epoch of [Number.MAX_SAFE_INTEGER, 1_000_002]) {
    expect(await agent.sync({ epoch, process_id })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer: '/epoch' }] },
    });
    expect((await agent.sync()).status).toBe(200);
  }
  expect((await agent.sync({ epoch: 1_000_001, process_id })).status).toBe(200);
  expect((await agent.sync()).body).toMatchObject({ code: 'stale_epoch', epoch: 1_000_001 });
  expect((await agent.sync({ epoch: 1_000_002 })).status).toBe(200);
});

interface Tenant {
  client: Client;
  name: string;
  agent: FakeAgent;
  /** The value of the secret that its deployment uses. */
  secret: string;
  deploymentId: string;
  instanceIds: string[];
}

/** A host that runs two instances of a deployment of its own, which use a secret of its own. */
async function hostWith(client: Client, name: string): Promise<Tenant> {
  const gpus = [0, 1].map((index) => ({ ...cudaGpu(index), uuid: `GPU-${name}-${index}` }));
  const agent = await newFakeAgent(client, inventoryWith({ gpus }));
  const secret = `canary-of-${name}`;
  await client.call('PUT', `/api/v1/secrets/${name}`, { value: secret });
  const made = await client.call('POST', '/api/v1/deployments', {
    name,
    image_name: 'none/none:1',
    run_command: 'serve --port {{port}}',
    env: { TOKEN: `{{secrets.${name}}}` },
    gpu: { count: 1 },
    replicas: 2,
    placement: { hosts: [agent.hostId] },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  await obey(agent);
  await agent.sync();
  const instances = await instancesOf(client, name);
  expect(instances.map(({ state }) => state)).toEqual(['running', 'running']);
  const deploymentId = (await readDeployment(client, name)).id;
  return { client, name, agent, secret, deploymentId, instanceIds: instances.map(({ id }) => id) };
}

/** What became of a call with the hostile agent's own secret; a fault where it got more than its own. */
async function callAnotherRoute(
  { agent, client }: Tenant,
  { method, path, body }: HostileCall,
  forbidden: readonly string[],
): Promise<{ what: string; fault: string | undefined }> {
  const token = agent.secret;
  const reply = await client.call(method, `/api/agent/v1/${path}`, body, { token });
  const told = JSON.stringify(reply.body);
  const isOwn = reply.status === 200 && reply.body.host_id === agent.hostId;
  const isRefused = reply.status >= 400 && reply.status < 500;
  const isTaken = path === 'rotate' && isOwn;
  const isFault = isTaken || !(isOwn || isRefused) || forbidden.some((mark) => told.includes(mark));
  const [route] = path.split('?');
  return {
    what: `${method} ${route} ${reply.status}`,
    fault: isFault
      ? `${method} ${path} ${JSON.stringify(body)}: ${reply.status} ${told}`
      : undefined,
  };
}

function pickIdentity({ epoch, process_id, seq }: SyncRequest) {
  return { epoch, process_id, seq };
}

/** What people can no longer read after what the agent has said. */
async function unreadable(client: Client, { agent, name, instanceIds }: Tenant): Promise<string[]> {
  const paths = [
    `hosts/${agent.hostId}`,
    `hosts/${agent.hostId}/events`,
    'hosts',
    `deployments/${name}`,
    `deployments/${name}/instances`,
    `deployments/${name}/events`,
    ...instanceIds.map((id) => `instances/${id}`),
    ...instanceIds.map((id) => `instances/${id}/events`),
  ];
  const replies = await Promise.all(
    paths.map(async (path) => ({ path, reply: await client.call('GET', `/api/v1/${path}`) })),
  );
  return replies.flatMap(({ path, reply }) =>
    [200, 404].includes(reply.status)
      ? []
      : [`${path}: ${reply.status} ${JSON.stringify(reply.body)}`],
  );
}
