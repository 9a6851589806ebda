import type { Client, InStatement } from '@libsql/client/http';
import { createClient } from '@libsql/client/http';
import { drizzle } from 'drizzle-orm/libsql/http';
import { type Meter, meteredFetch } from './meter.ts';

/**
 * Opens the database for one request. It costs nothing: the client connects with its first statement. Never keep one
 * at module scope: its promises would cross requests, which hangs the isolate.
 */
export function openDatabase(options: { url: string; authToken?: string; meter: Meter }) {
  const client = createClient({
    url: options.url,
    ...(options.authToken ? { authToken: options.authToken } : {}),
    fetch: meteredFetch(options.meter),
  });
  return drizzle(inRightMode(client));
}

export type Database = ReturnType<typeof openDatabase>;

/**
 * drizzle's `batch()` opens a *deferred* transaction, and one that reads before it writes fails with SQLITE_BUSY under
 * contention. Here a batch that only reads is a read transaction, any other an immediate write transaction.
 */
function inRightMode(client: Client): Client {
  const batch = client.batch.bind(client);
  client.batch = (statements) => batch(statements, statements.every(isSelect) ? 'read' : 'write');
  return client;
}

function isSelect(statement: InStatement | [string, unknown?]): boolean {
  const text =
    typeof statement === 'string'
      ? statement
      : Array.isArray(statement)
        ? statement[0]
        : statement.sql;
  return /^\s*select\b/i.test(text);
}
