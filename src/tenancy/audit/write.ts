import type { Statement } from '../../db/batch.ts';
import type { Database } from '../../db/client.ts';
import { newId } from '../../db/ids.ts';
import type { Actor } from '../actor.ts';
import { type AuditEntry, type Call, changesOf } from './entry.ts';
import { type AuditRow, insertAuditLine, insertEnrolmentLine } from './store.ts';

/** Who acts, as far as a line tells it. */
export type Author =
  | Exclude<Actor, { kind: 'person' }>
  | Pick<Extract<Actor, { kind: 'person' }>, 'kind' | 'userId' | 'email'>;

/** The statements that write an entry of `actor` down; none where nothing changes. */
export function auditStatements(
  {
    database,
    orgId,
    actor,
    call,
  }: { database: Database; orgId: string; actor: Author; call: Call },
  entry: AuditEntry,
): Statement[] {
  const line = lineOf(call, entry);
  const { onlyIf } = entry;
  if (!onlyIf && line.changes.length + line.changesLeftOut === 0) return [];
  const row = { ...line, ...actorColumns(actor), orgId: entry.orgId ?? orgId };
  return [{ query: insertAuditLine(database, row, onlyIf) }];
}

/**
 * As `auditStatements`, of a machine that enrols: its token is the actor. They go behind those that use the token, and
 * write nothing where it was not used.
 */
export function enrolmentStatements(
  database: Database,
  call: Call,
  enrolled: { tokenHash: string; hostId: string },
  entry: AuditEntry,
): Statement[] {
  return [{ query: insertEnrolmentLine(database, lineOf(call, entry), enrolled) }];
}

function lineOf(
  { operation, requestId, address, userAgent }: Call,
  entry: AuditEntry,
): Omit<AuditRow, 'orgId' | 'actorKind' | 'actorId' | 'actorName'> {
  const { changes, leftOut } = changesOf(entry);
  const { kind, id, name } = entry.resource;
  return {
    id: newId('aud'),
    operation,
    resourceKind: kind,
    resourceId: id,
    resourceName: name,
    changes,
    changesLeftOut: leftOut,
    note: entry.note ?? null,
    address,
    userAgent,
    requestId,
  };
}

function actorColumns(actor: Author): Pick<AuditRow, 'actorKind' | 'actorId' | 'actorName'> {
  switch (actor.kind) {
    case 'platform_administrator':
      return { actorKind: actor.kind, actorId: 'admin', actorName: 'admin' };
    case 'token':
      return { actorKind: actor.kind, actorId: actor.tokenId, actorName: actor.name };
    case 'person':
      return { actorKind: actor.kind, actorId: actor.userId, actorName: actor.email };
  }
}
