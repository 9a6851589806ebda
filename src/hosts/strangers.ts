import { Failure } from '../../contract/failure.ts';
import { write } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { tellHosts } from './store/events.ts';
import { noteRetiredUse, selectFormerBearer } from './store/identity.ts';
import { selectRemoved } from './store/removed.ts';

/** What the agent itself had under way with its old secret when the new one was taken. */
const stillUnderWayMs = 60_000;
/** So often a use of an old secret is written down. */
const noteEveryMs = 60_000;

/** Why somebody is refused who has the secret of a revoked host. */
export function revoked(name: string): Failure {
  return new Failure(
    'host_revoked',
    `The host "${name}" is revoked: nothing is given to it, and nothing that it says is taken. What it runs stays.`,
  );
}

/**
 * Why no host has a secret: it was removed, or has another one now, which is a sign of a copy and so is told on the
 * host's timeline; or it never was.
 */
export async function strangerFailure(
  database: Database,
  secretHash: string,
  heardFrom: string | null,
  now: number,
): Promise<Failure> {
  const [[former], [removed]] = await database.batch([
    selectFormerBearer(database, secretHash),
    selectRemoved(database, secretHash),
  ]);
  if (former) {
    const before = now - noteEveryMs;
    const isNews = former.retiredUsedAt === null || former.retiredUsedAt < before;
    if (isNews && now - (former.secretChangedAt ?? 0) > stillUnderWayMs) {
      const message = `Somebody at ${heardFrom ?? 'an unknown address'} used its old secret, and was refused.`;
      const event = { type: 'retired_secret_used', message, createdAt: now, folds: true } as const;
      await write(database, [
        ...tellHosts(database, [former.id], event),
        { query: noteRetiredUse(database, secretHash, { from: heardFrom, at: now, before }) },
      ]);
    }
    return new Failure('secret_retired', 'The host has another secret now.');
  }
  if (removed) {
    return new Failure('host_removed', 'This host was removed. What it runs is to be stopped.');
  }
  return new Failure('unauthorized', 'No host has this secret.');
}
