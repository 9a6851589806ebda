import type { AuditChange, AuditedKind } from '../../../contract/audit.ts';
import { type Difference, differences } from '../../../contract/differences.ts';
import type { Json } from '../../../contract/json.ts';
import type { Condition } from '../../db/batch.ts';

/** A change, as the verb that makes it tells it. */
export interface AuditEntry {
  /** `id`: null for what has a name only. */
  resource: { kind: AuditedKind; id: string | null; name: string };
  /**
   * What people decide of the resource, as it was and as it shall be; null where it was not there, or shall not be.
   * Never a secret, a token or a password: readers see all of it.
   */
  before: object | null;
  after: object | null;
  /** What the fields do not tell. */
  note?: string | undefined;
  /** Whom it concerns, where that is not the organisation that the request acts in. */
  orgId?: string;
  /**
   * Whether the change is one. The line goes before the statement that makes it so. Without it the fields
   * decide: where none differs there is no line.
   */
  onlyIf?: Condition;
}

/** Whom an entry is of, as the audit names them. */
export type AuditActor =
  | { kind: 'platform_administrator' }
  | { kind: 'token'; tokenId: string; name: string }
  | { kind: 'person'; userId: string; email: string }
  /** By its secret. */
  | { kind: 'host'; hostId: string; name: string };

/** Of the call that an entry is of, as HTTP knows it. */
export interface Call {
  operation: string;
  requestId: string;
  address: string | null;
  userAgent: string | null;
  /** Hears of each thing that an entry is of; `orgId`: null where it is of a person, wherever they belong. */
  touch?: (orgId: string | null, resource: AuditEntry['resource']) => void;
}

/** The organisation of what concerns none, such as that one is made. */
export const platformAudit = 'platform';

/** A value whose JSON is longer is cut to it. */
export const longestValue = 1000;
/** All the fields of a line have this much room, in characters of JSON; the others are counted. */
const longestLine = 16_000;

/** The fields that differ, cut to the room of a line. */
export function changesOf({ before, after }: Pick<AuditEntry, 'before' | 'after'>): {
  changes: AuditChange[];
  leftOut: number;
} {
  const all = differences(asJson(before), asJson(after)).map(cut);
  let length = 0;
  const fitting = all.findIndex((change) => {
    length += JSON.stringify(change).length;
    return length > longestLine;
  });
  const changes = fitting < 0 ? all : all.slice(0, fitting);
  return { changes, leftOut: all.length - changes.length };
}

function cut({ pointer, change, before, after }: Difference): AuditChange {
  const [old, now] = [shortened(before), shortened(after)];
  return { pointer, change, before: old, after: now, cut: old !== before || now !== after };
}

function shortened(value: Json): Json {
  const text = JSON.stringify(value);
  return text.length > longestValue ? text.slice(0, longestValue) : value;
}

/** Without what JSON does not hold. */
function asJson(value: object | null) {
  return JSON.parse(JSON.stringify(value ?? {}));
}
