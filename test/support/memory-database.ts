import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Client, createClient } from '@libsql/client';
import { drizzle } from 'drizzle-orm/libsql/http';
import type { Database } from '../../src/db/client.ts';

const migrations = resolve(import.meta.dirname, '../../drizzle');

/** A database of its own in this process, with all migrations: for what a statement does, not for concurrency. */
export async function newMemoryDatabase(): Promise<{ client: Client; database: Database }> {
  const client = createClient({ url: ':memory:' });
  const files = readdirSync(migrations).filter((name) => name.endsWith('.sql'));
  for (const file of files.sort()) {
    await client.executeMultiple(readFileSync(join(migrations, file), 'utf8'));
  }
  return { client, database: drizzle(client) };
}
