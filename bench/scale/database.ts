import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@libsql/client/http';
import * as z from 'zod';
import type { Stack } from '../../local/stack.ts';
import type { Cost } from './api.ts';

/** What the database server itself has counted: of whoever asked it, the hubs and the cron too. */
export interface CountingDatabase {
  counted(): Promise<Cost>;
  /** What `work` cost, with all that it left to be done after it. Waits for what others left before it. */
  costOf(work: () => Promise<void>): Promise<Cost>;
  /** How many hosts each hub has. */
  hubSizes(): Promise<number[]>;
}

const Statistics = z.object({ rows_read_count: z.number(), rows_written_count: z.number() });
/** So long without a request, and what was left to be done is done. */
const quietMs = 500;
const longestMs = 30_000;

export function countingDatabase(stack: Stack, signal: AbortSignal): CountingDatabase {
  const url = stack.databaseAdminUrl;
  if (url === null) throw new Error('the stack was started without the admin interface');

  async function ask(path: string): Promise<string> {
    const reply = await fetch(url + path, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
    if (!reply.ok) throw new Error(`the database server answers ${path} with ${reply.status}`);
    return reply.text();
  }

  async function counted(): Promise<Cost> {
    const rows = Statistics.parse(JSON.parse(await ask('/v1/namespaces/default/stats')));
    // A batch is one program, and a statement by itself too.
    const programs = /^libsql_server_libsql_execute_program (\d+)$/m.exec(await ask('/metrics'));
    if (!programs) throw new Error('the database server does not count its requests');
    return {
      requests: Number(programs[1]),
      read: rows.rows_read_count,
      written: rows.rows_written_count,
    };
  }

  async function atRest(): Promise<Cost> {
    const deadline = performance.now() + longestMs;
    for (let last = await counted(); ; ) {
      await delay(quietMs, undefined, { signal });
      const now = await counted();
      if (now.requests === last.requests) return now;
      if (performance.now() > deadline) throw new Error('the database does not come to rest');
      last = now;
    }
  }

  return {
    counted,
    async costOf(work) {
      const before = await atRest();
      await work();
      return difference(await atRest(), before);
    },
    async hubSizes() {
      const client = createClient({ url: stack.databaseUrl, authToken: stack.databaseToken });
      const { rows } = await client.execute('SELECT count(*) FROM hosts GROUP BY hub ORDER BY hub');
      return rows.map((row) => Number(row[0]));
    },
  };
}

export function difference(later: Cost, earlier: Cost): Cost {
  return {
    requests: later.requests - earlier.requests,
    read: later.read - earlier.read,
    written: later.written - earlier.written,
  };
}
