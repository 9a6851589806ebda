import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { SetupError } from '../docker/setup-error.ts';
import { isAlive, recordProcess } from '../process/identity.ts';

const Holder = z.object({ pid: z.int(), identity: z.string() });
const ATTEMPTS = 5;
const POLL_MS = 50;

/** A live process holds the lock. */
export class LockHeldError extends SetupError {
  constructor(file: string, pid: number) {
    super(
      `Longshore runs already on this home (process ${pid} holds ${file}).`,
      'Stop that one first, or set LONGSHORE_HOME to another folder.',
    );
  }
}

/**
 * Makes this process the only one with this lock; the returned function gives it free. The lock of a process that is
 * gone is taken over. Throws `LockHeldError` when a live process holds it.
 */
export function acquireLock(file: string): () => void {
  const own = `${file}.${process.pid}`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    writeFileSync(own, JSON.stringify(recordProcess(process.pid)), { mode: 0o600 });
    try {
      // Unlike a create and a write, a link is never seen half-written, and it fails where a lock is.
      linkSync(own, file);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!isExists(error)) throw error;
    } finally {
      rmSync(own, { force: true });
    }
    const content = read(file);
    const holder = parse(content);
    if (holder && isAlive(holder)) throw new LockHeldError(file, holder.pid);
    if (content !== null) breakLock(file, content);
  }
  throw new SetupError(`${file} cannot be taken.`, 'Remove it if no other Longshore starts now.');
}

/** Waits until the lock is free. Throws `LockHeldError` after the deadline. */
export async function waitForLock(file: string, deadline_ms: number): Promise<() => void> {
  const deadline = performance.now() + deadline_ms;
  for (;;) {
    try {
      return acquireLock(file);
    } catch (error) {
      if (!(error instanceof LockHeldError) || performance.now() > deadline) throw error;
    }
    await delay(POLL_MS);
  }
}

/** Of several that find the same stale lock, one moves it away; who moved a new one by mistake puts it back. */
function breakLock(file: string, stale: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
    if (read(aside) !== stale) linkSync(aside, file);
  } catch {
    // Another start was quicker: the next attempt sees what it left.
  }
  rmSync(aside, { force: true });
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function parse(content: string | null): z.infer<typeof Holder> | null {
  if (content === null) return null;
  try {
    return Holder.parse(JSON.parse(content));
  } catch {
    // No lock that a whole program wrote.
    return null;
  }
}

function isExists(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
