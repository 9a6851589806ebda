import { type Client, createClient, type InStatement } from '@libsql/client/http';
import { LibsqlError } from '@libsql/core/api';
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
  client.batch = (statements) =>
    unlessBusy(() => batch(statements, statements.every(isSelect) ? 'read' : 'write'));
  return client;
}

/** Waits between the attempts, each at most so long; the server itself has waited several seconds before. */
const busyWaitsMs = [100, 300, 900];

/** A batch that found the only writer's place taken has done nothing, and is safe to send again. */
export async function unlessBusy<Result>(send: () => Promise<Result>): Promise<Result> {
  for (const wait of busyWaitsMs) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof LibsqlError) || error.code !== 'SQLITE_BUSY') throw error;
      await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random() / 2)));
    }
  }
  return send();
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
