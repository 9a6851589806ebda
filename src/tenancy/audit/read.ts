import type { AuditLine } from '../../../contract/audit.ts';
import type { Database } from '../../db/client.ts';
import { timeOfId } from '../../db/ids.ts';
import { toTime } from '../../db/time.ts';
import { type AuditFilter, type AuditRow, selectAuditLines } from './store.ts';

/** Newest first: at most `limit` lines before the id `before`. */
export async function listAudit(
  database: Database,
  orgId: string,
  filter: AuditFilter,
  before: string | undefined,
  limit: number,
): Promise<AuditLine[]> {
  const rows = await selectAuditLines(database, orgId, filter, before, limit);
  return rows.map(toLine);
}

function toLine(row: AuditRow): AuditLine {
  return {
    id: row.id,
    time: toTime(timeOfId(row.id)),
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    operation: row.operation,
    resource: { kind: row.resourceKind, id: row.resourceId, name: row.resourceName },
    changes: row.changes,
    changes_left_out: row.changesLeftOut,
    note: row.note,
    address: row.address,
    user_agent: row.userAgent,
    request_id: row.requestId,
  };
}
