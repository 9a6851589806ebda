import type { Statement } from '../../db/batch.ts';
import type { Database } from '../../db/client.ts';
import { newId } from '../../db/ids.ts';
import { type AuditActor, type AuditEntry, type Call, changesOf } from './entry.ts';
import {
  type AuditRow,
  insertAuditLine,
  insertEnrolmentLine,
  insertLinesOfPerson,
} from './store.ts';

/** The statements that write an entry of `actor` down; none where nothing changes. */
export function auditStatements(
  {
    database,
    orgId,
    actor,
    call,
  }: { database: Database; orgId: string; actor: AuditActor; call: Call },
  entry: AuditEntry,
): Statement[] {
  const line = lineOf(call, entry);
  const { onlyIf } = entry;
  if (!onlyIf && line.changes.length + line.changesLeftOut === 0) return [];
  const row = { ...line, ...actorColumns(actor), orgId: entry.orgId ?? orgId };
  call.touch?.(row.orgId, entry.resource);
  return [{ query: insertAuditLine(database, row, onlyIf) }];
}

/**
 * As `auditStatements`, of a machine that enrols: its token is the actor. They go behind those that use the token, and
 * write nothing where it was not used. What the line says of the host is what the database made of it: its name may have
 * been taken, and labels of the token go before its own.
 */
export function enrolmentStatements(
  database: Database,
  call: Call,
  enrolled: { tokenHash: string; hostId: string },
): Statement[] {
  const resource = { kind: 'host' as const, id: enrolled.hostId, name: '' };
  const {
    changes: _,
    resourceName: __,
    ...line
  } = lineOf(call, {
    resource,
    before: null,
    after: null,
  });
  return [{ query: insertEnrolmentLine(database, line, enrolled) }];
}

/**
 * As `auditStatements`, of what somebody does with what is theirs wherever they belong, such as a session or a password:
 * a line in each of their organisations, and in the platform's where they are its administrator. Its thing is called by
 * their address.
 */
export function personStatements(
  database: Database,
  call: Call,
  userId: string,
  entry: Pick<AuditEntry, 'before' | 'after'> & {
    resource: Omit<AuditEntry['resource'], 'name'>;
  },
): Statement[] {
  const { resourceName: _, ...line } = lineOf(call, {
    ...entry,
    resource: { ...entry.resource, name: '' },
  });
  call.touch?.(null, { ...entry.resource, name: '' });
  return [{ query: insertLinesOfPerson(database, line, userId) }];
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

function actorColumns(actor: AuditActor): Pick<AuditRow, 'actorKind' | 'actorId' | 'actorName'> {
  switch (actor.kind) {
    case 'platform_administrator':
      return { actorKind: actor.kind, actorId: 'admin', actorName: 'admin' };
    case 'token':
      return { actorKind: actor.kind, actorId: actor.tokenId, actorName: actor.name };
    case 'person':
      return { actorKind: actor.kind, actorId: actor.userId, actorName: actor.email };
    case 'host':
      return { actorKind: actor.kind, actorId: actor.hostId, actorName: actor.name };
  }
}
