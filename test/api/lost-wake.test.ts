import { createClient } from '@libsql/client/http';
import { expect, inject, test } from 'vitest';
import { newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { until } from '../support/until.ts';

test('work whose wake-up call was lost is found by the clock within a minute', async () => {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
  await client.call('POST', '/api/v1/deployments', {
    name: 'model',
    backend_name: 'engine',
    replicas: 0,
  });
  // As if the control plane had died between the write and the call to the hub.
  const { databaseUrl: url, databaseToken: authToken } = inject('stack');
  const database = createClient({ url, authToken });
  const { rowsAffected } = await database.execute({
    sql: "UPDATE deployments SET deleting = 1 WHERE org_id = ? AND name = 'model'",
    args: [client.orgId],
  });
  expect(rowsAffected).toBe(1);
  await until(
    'it is deleted',
    async () => (await client.call('GET', '/api/v1/deployments/model')).status === 404,
    90_000,
  );
}, 100_000);
