import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { startGuard } from './guard.ts';
import { isAlive, recordProcess } from './identity.ts';

const Entries = z.array(z.object({ name: z.string(), pid: z.int(), identity: z.string() }));
type Entry = z.infer<typeof Entries>[number];

const GUARD = 'guard';
/** The guard gives each part 20 s, and only the agent is ever slow. */
const GUARD_DEADLINE_MS = 30_000;
const END_DEADLINE_MS = 5_000;
const POLL_MS = 50;

/**
 * Which processes belong to a home, in a file: a start after a hard kill finds there what the killed one left behind.
 */
export interface Roster {
  add(name: string, pid: number): void;
  remove(pid: number): void;
  /** Call it when no child is left. */
  close(): void;
}

export function openRoster(file: string): Roster {
  const entries = new Map<number, Entry>();
  const guard = startGuard();
  const save = () => {
    writeFileSync(`${file}.new`, JSON.stringify([...entries.values()]), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const enter = (name: string, pid: number) => {
    const record = recordProcess(pid);
    if (record) entries.set(pid, { name, ...record });
    save();
  };
  enter(GUARD, guard.pid);
  return {
    add(name, pid) {
      guard.add(pid);
      enter(name, pid);
    },
    remove(pid) {
      guard.remove(pid);
      if (entries.delete(pid)) save();
    },
    close() {
      guard.close();
      rmSync(file, { force: true });
    },
  };
}

/**
 * Waits until what an earlier, killed start of the same home left behind has ended, and ends it if need be. Call it
 * with the home's lock held. Returns the names of the parts that were still there.
 */
export async function endLeftovers(file: string): Promise<string[]> {
  const left = readEntries(file).filter(isAlive);
  // Its guard is at it already, and a second SIGTERM would make the agent leave its containers.
  const guard = left.find(({ name }) => name === GUARD);
  if (guard) await untilGone(guard, GUARD_DEADLINE_MS);
  const parts = left.filter(({ name }) => name !== GUARD);
  for (const part of parts.filter(isAlive)) {
    signalGroup(part, 'SIGTERM');
    if (!(await untilGone(part, END_DEADLINE_MS))) signalGroup(part, 'SIGKILL');
    await untilGone(part, END_DEADLINE_MS);
  }
  return parts.map(({ name }) => name);
}

function readEntries(file: string): Entry[] {
  try {
    return Entries.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // No file: the last start ended well. A broken one names nobody.
    return [];
  }
}

async function untilGone(entry: Entry, deadline_ms: number): Promise<boolean> {
  const deadline = performance.now() + deadline_ms;
  while (isAlive(entry)) {
    if (performance.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

function signalGroup(entry: Entry, signal: NodeJS.Signals): void {
  try {
    if (isAlive(entry)) process.kill(-entry.pid, signal);
  } catch {
    // ESRCH: it ended in between.
  }
}
