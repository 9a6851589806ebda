import type { Client } from '@libsql/client';
import type { SQL } from 'drizzle-orm';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';

const dialect = new SQLiteSyncDialect();

/** How the database goes about a query, step by step. */
export async function planOf(client: Client, query: { getSQL(): SQL }): Promise<string[]> {
  const { sql, params } = dialect.sqlToQuery(query.getSQL());
  const { rows } = await client.execute({
    sql: `EXPLAIN QUERY PLAN ${sql.replace(/^\((.*)\)$/s, '$1')}`,
    args: params.map((value) => (typeof value === 'number' ? value : String(value))),
  });
  return rows.map((row) => String(row.detail));
}
