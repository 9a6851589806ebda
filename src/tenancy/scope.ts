import type { Statement } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import type { Actor } from './actor.ts';
import type { AuditEntry } from './audit/entry.ts';

/**
 * How the organisation that a request acts in is known. `one_of_several`: nobody named it, and the person is in more
 * than one. `nowhere`: the person is in none.
 */
export type Place = 'certain' | 'one_of_several' | 'nowhere';

/** Who acts, where, when, on which database: what every verb is given first. */
export interface Scope {
  database: Database;
  /** Every query is bound to it. */
  orgId: string;
  actor: Actor;
  /** The actor as it is written into revisions and events. */
  author: string;
  /** Milliseconds since 1970. */
  now: number;
  /**
   * Statements that remember the answer `body` under the caller's idempotency key. A verb puts them first in the batch
   * that has its effect, so that a concurrent twin fails on the key; without a key there are none.
   */
  receipt(body: unknown): Statement[];
  /**
   * Statements that write down who changed what. A verb puts them in the batch that has its effect, so that there is
   * no change without its line and no line of a call that was refused.
   */
  audit(entry: AuditEntry): Statement[];
}
