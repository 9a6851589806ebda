import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Client, createClient, type InStatement } from '@libsql/client';
import { drizzle } from 'drizzle-orm/libsql';
import type { Database } from '../src/db/client.ts';
import type { Faults } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

const folder = resolve(import.meta.dirname, '../drizzle');
const migrations = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .map((name) => readFileSync(resolve(folder, name), 'utf8'));

/** The database gave no answer; whether it did what it was asked is not known. */
export class DatabaseAwayError extends Error {
  override name = 'DatabaseAwayError';
}

/** Counts what may have changed the database, so that the invariants need not look without cause. */
export class WriteCount {
  value = 0;
}

export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error instanceof DatabaseAwayError || isDatabaseAway(error.cause);
}

/** A database of its own in memory, as the migrations make it, for the SQL of the stores. */
export async function openMemoryClient(): Promise<Client> {
  const client = createClient({ url: ':memory:' });
  for (const migration of migrations) await client.executeMultiple(migration);
  await client.execute('PRAGMA foreign_keys = ON');
  return client;
}

export interface DatabaseOptions {
  client: Client;
  writes: WriteCount;
  scheduler: Scheduler;
  faults: Faults;
}

/**
 * What one part of the control plane has of the database: its requests take time, so that others come in between, and
 * fail. Once the part is dead, it hears nothing more.
 */
export function openDatabase(
  { client, writes, scheduler, faults }: DatabaseOptions,
  isAlive: () => boolean,
): Database {
  const never = new Promise<never>(() => {});
  async function ask<Result>(isRead: boolean, request: () => Promise<Result>): Promise<Result> {
    await scheduler.pause(faults.databaseDelay());
    if (!isAlive()) return never;
    if (faults.losesDatabase()) throw new DatabaseAwayError('it was not reached');
    if (!isRead) writes.value += 1;
    const result = await request();
    if (faults.losesDatabase()) throw new DatabaseAwayError('its answer was lost');
    return isAlive() ? result : never;
  }
  const slow = new Proxy(client, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== 'function') return member;
      const call = member.bind(target);
      if (key !== 'batch' && key !== 'execute') return call;
      return (...parameters: [InStatement | InStatement[], ...unknown[]]) =>
        ask([parameters[0]].flat().every(isSelect), () => call(...parameters));
    },
  });
  return drizzle(slow);
}

function isSelect(statement: InStatement): boolean {
  return /^\s*select\b/i.test(typeof statement === 'string' ? statement : statement.sql);
}
