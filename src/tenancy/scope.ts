import type { Statement } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import type { Actor } from './actor.ts';
import type { AuditEntry } from './audit/entry.ts';

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
