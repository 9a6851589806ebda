import { describe, type ExpectStatic, test } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import type { Instance } from '../../contract/instance.ts';
import type { Org } from '../../contract/org.ts';
import { newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { newFakeAgent, observed } from '../support/fake-agent.ts';
import { until } from '../support/until.ts';

/** Two of three hosts, both with an instance that would be replaced after 20 s, have fallen silent together. */
async function strickenOrg(expect: ExpectStatic) {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
  const silent = [await newFakeAgent(client), await newFakeAgent(client)];
  await client.call('POST', '/api/v1/deployments', {
    name: 'model',
    backend_name: 'engine',
    replicas: 2,
    replace_after_seconds: 20,
  });
  // It came later, so that each of the two has one replica.
  const well = await newFakeAgent(client);
  const pollers = new Set([well]);
  const runAll = async () => {
    for (const agent of silent) {
      await agent.sync();
      await agent.report(agent.launches.map((launch) => observed(launch, 'running')));
    }
  };
  await runAll();
  expect(silent.map(({ launches }) => launches.length)).toEqual([1, 1]);

  let pollAt = Date.now() + 5_000;
  /** Waits while those that are there poll, as hosts without a link do. */
  const untilSo: typeof until = (what, probe, timeoutMs) =>
    until(
      what,
      async () => {
        if (Date.now() > pollAt) {
          pollAt = Date.now() + 5_000;
          for (const agent of pollers) await agent.sync();
        }
        return probe();
      },
      timeoutMs,
    );
  const org = async () => (await client.call<Org>('GET', `/api/v1/orgs/${client.orgId}`)).body;
  const instances = async () =>
    (await client.call<{ items: Instance[] }>('GET', '/api/v1/deployments/model/instances')).body
      .items;
  const status = async () =>
    (await client.call<Deployment>('GET', '/api/v1/deployments/model')).body.status;

  await untilSo('replacement is held', async () => (await org()).replacement_held_at, 60_000);
  const release = `/api/v1/orgs/${client.orgId}/release-replacement`;
  // By now each could be replaced but for the hold: the planner has looked, and says what to do.
  await untilSo(
    'both say what to do',
    async () => (await instances()).filter(({ message }) => message.includes(release)).length === 2,
  );
  expect((await instances()).map(({ state }) => state)).toEqual(['unreachable', 'unreachable']);
  expect((await status()).message).toContain(release);
  const comeBack = async () => {
    await runAll();
    for (const agent of silent) pollers.add(agent);
  };
  return { client, silent, well, comeBack, release, untilSo, org, instances, status };
}

describe.concurrent('when most hosts fall silent at once, nothing is replaced', () => {
  test('until a person says so: then all of it is, at once', async ({ expect }) => {
    const { client, silent, well, release, untilSo, org, instances } = await strickenOrg(expect);
    const reply = await client.call<Org>('POST', release);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ id: client.orgId, replacement_held_at: null });
    await untilSo('both are placed on the third host', async () => {
      const all = await instances();
      const placed = all.filter(
        ({ state, host_id }) => state === 'queued' && host_id === well.hostId,
      );
      return placed.length === 2;
    });
    const givenUp = (await instances()).filter(({ state }) => state === 'deleting');
    expect(givenUp.map(({ host_id }) => host_id).sort()).toEqual(
      silent.map(({ hostId }) => hostId).sort(),
    );
    // Said again it changes nothing.
    const again = await client.call<Org>('POST', release);
    expect(again).toMatchObject({ status: 200, cost: { rowsWritten: 0 } });
    expect((await org()).replacement_held_at).toBe(null);
    const unknown = await client.call('POST', '/api/v1/orgs/org_none/release-replacement');
    expect(unknown.status).toBe(404);
  }, 120_000);

  test('until they are back: then nothing need be', async ({ expect }) => {
    const { silent, comeBack, untilSo, org, instances, status } = await strickenOrg(expect);
    await comeBack();
    await untilSo(
      'the hold ends with the clock',
      async () => (await org()).replacement_held_at === null,
      90_000,
    );
    expect((await status()).phase).toBe('available');
    const all = await instances();
    expect(all.map(({ host_id, generation }) => ({ host_id, generation }))).toEqual(
      expect.arrayContaining(silent.map(({ hostId }) => ({ host_id: hostId, generation: 1 }))),
    );
    expect(all).toHaveLength(2);
  }, 180_000);
});
