import { type Client, createClient, type InStatement } from '@libsql/client/http';
import { drizzle } from 'drizzle-orm/libsql/http';
import { whileBusy } from './busy.ts';
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
  return drizzle(patient(inRightMode(client)));
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

/** A client whose calls wait for room while the database is busy. */
function patient(client: Client): Client {
  const batch = client.batch.bind(client);
  const execute = client.execute.bind(client);
  client.batch = (...args) => whileBusy(() => batch(...args));
  client.execute = (statement: InStatement | string) =>
    whileBusy(() => execute(statement as InStatement));
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
