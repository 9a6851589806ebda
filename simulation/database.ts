import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Client, createClient } from '@libsql/client';
import { drizzle } from 'drizzle-orm/libsql';
import type { Database } from '../src/db/client.ts';

const folder = resolve(import.meta.dirname, '../drizzle');
const migrations = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .map((name) => readFileSync(resolve(folder, name), 'utf8'));

/** A database of its own in memory, as the migrations make it, for the SQL of the stores. */
export async function openMemoryDatabase(): Promise<{ database: Database; client: Client }> {
  const client = createClient({ url: ':memory:' });
  for (const migration of migrations) await client.executeMultiple(migration);
  await client.execute('PRAGMA foreign_keys = ON');
  return { database: drizzle(client), client };
}
