import { createClient } from '@libsql/client/http';
import { expect, inject, test } from 'vitest';
import type { Event } from '../../contract/event.ts';
import type { Host } from '../../contract/host.ts';
import { newOrg } from '../support/client.ts';
import { newFakeAgent } from '../support/fake-agent.ts';

async function newHost() {
  const client = await newOrg();
  const agent = await newFakeAgent(client);
  const path = `/api/v1/hosts/${agent.hostId}`;
  const from = (address: string) => ({ 'cf-connecting-ip': address });
  return {
    client,
    host: async () => (await client.call<Host>('GET', path)).body,
    conflicts: async () => {
      const { body } = await client.call<{ items: Event[] }>('GET', `${path}/events`);
      return body.items.filter(({ type }) => type === 'identity_conflict');
    },
    /** A process with the identity takes the host over. */
    take: (epoch: number, process_id: string) =>
      client.call('POST', '/api/agent/v1/sync', agent.message({ epoch, process_id, seq: 1 }), {
        token: agent.secret,
        headers: from('203.0.113.2'),
      }),
    /** One that was replaced says that it is there. */
    tell: (epoch: number, process_id: string) =>
      client.call(
        'POST',
        '/api/agent/v1/conflict',
        { epoch, process_id },
        {
          token: agent.secret,
          headers: from('203.0.113.1'),
        },
      ),
    /** As if so much time had passed since the rival was heard. */
    pass: async (milliseconds: number) => {
      const { databaseUrl: url, databaseToken: authToken } = inject('stack');
      await createClient({ url, authToken }).execute({
        sql: 'UPDATE host_rivals SET heard_at = heard_at - ? WHERE host_id = ?',
        args: [milliseconds, agent.hostId],
      });
    },
  };
}

test('a copied identity is shown with both processes, and no more when the other was not heard for 5 minutes', async () => {
  const { host, conflicts, take, tell, pass } = await newHost();
  expect((await take(2, 'process-b')).status).toBe(200);
  // An agent that was only started anew leaves nothing behind that could tell.
  expect(await host()).toMatchObject({ identity_conflict: null, conditions: [] });
  expect((await tell(1, 'process-a')).status).toBe(200);
  const shown = await host();
  expect(shown.identity_conflict).toMatchObject({
    speaks: { process_id: 'process-b', address: '203.0.113.2' },
    replaced: { process_id: 'process-a', address: '203.0.113.1' },
  });
  expect(shown.conditions).toMatchObject([
    { code: 'identity_conflict', message: expect.stringMatching(/process-b.*process-a.*Stop the/) },
  ]);
  expect(await conflicts()).toMatchObject([{ count: 1 }]);
  await pass(5 * 60_000);
  expect(await host()).toMatchObject({ identity_conflict: null, conditions: [] });
  await tell(1, 'process-a');
  expect(await conflicts()).toMatchObject([{ count: 2 }]);
});

test('the one that speaks for the host has nothing to tell; when they change places, so it is shown', async () => {
  const { host, take, tell } = await newHost();
  await take(2, 'process-b');
  await tell(2, 'process-b');
  expect((await host()).identity_conflict).toBeNull();
  await tell(1, 'process-a');
  await take(3, 'process-a');
  expect((await host()).identity_conflict).toMatchObject({
    speaks: { process_id: 'process-a' },
    replaced: { process_id: 'process-b' },
  });
});

test('copies that take turns write one line and few rows, however often they do', async () => {
  const { host, conflicts, take, tell } = await newHost();
  let written = 0;
  for (let turn = 1; turn <= 20; turn += 1) {
    const [speaks, replaced] =
      turn % 2 === 0 ? ['process-a', 'process-b'] : ['process-b', 'process-a'];
    await take(turn + 1, speaks);
    written += (await tell(turn, replaced)).cost.rowsWritten;
  }
  expect(await conflicts()).toMatchObject([{ count: 1 }]);
  expect(written).toBeLessThanOrEqual(8);
  expect((await host()).identity_conflict).not.toBeNull();
});
