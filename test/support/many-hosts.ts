import { createClient } from '@libsql/client/http';
import { inject } from 'vitest';
import type { Client } from './client.ts';
import { newFakeAgent } from './fake-agent.ts';

/** Enrols a host that says what it has, and as many more in the database that are like it, up to `count`. */
export async function enrolMany(client: Client, count: number): Promise<void> {
  const { hostId } = await newFakeAgent(client);
  const { databaseUrl: url, databaseToken: authToken } = inject('stack');
  const database = createClient({ url, authToken });
  const { columns, rows } = await database.execute({
    sql: 'SELECT * FROM hosts WHERE id = ?',
    args: [hostId],
  });
  const own: Record<string, string> = {
    id: "id || '-' || n",
    install_id: "install_id || '-' || n",
    secret_hash: "secret_hash || '-' || n",
    name: "name || '-' || n",
  };
  if (rows.length !== 1) throw new Error('the host is not there');
  await database.execute({
    sql: `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1)
      INSERT INTO hosts (${columns.join(', ')})
      SELECT ${columns.map((column) => own[column] ?? column).join(', ')}
      FROM hosts, numbers WHERE id = ?2`,
    args: [count - 1, hostId],
  });
}
