import { and, desc, eq, getTableColumns, gte, is, lt, SQL, sql } from 'drizzle-orm';
import type { Condition } from '../../db/batch.ts';
import type { Database } from '../../db/client.ts';
import { firstIdAt } from '../../db/ids.ts';
import { audit } from '../../db/schema/index.ts';
import { longestValue, platformAudit } from './entry.ts';

export type AuditRow = typeof audit.$inferSelect;

export interface AuditFilter {
  actor?: string | undefined;
  resource_kind?: AuditRow['resourceKind'] | undefined;
  resource_name?: string | undefined;
  operation?: string | undefined;
  /** Milliseconds since 1970. */
  from?: number | undefined;
  until?: number | undefined;
}

/** A line, if `condition` holds. */
export function insertAuditLine(
  database: Database,
  row: AuditRow,
  condition: Condition = sql`true`,
) {
  return insertLine(database, row, sql`WHERE ${condition}`);
}

/** What `changesOf` gives for `{ name, labels }` of the host `h`, as it stands in the database. */
const newHostChanges = sql`(
  SELECT json_group_array(json_object(
    'pointer', pointer, 'change', 'added', 'before', NULL,
    'after', json(iif(is_long, json_quote(substr(value, 1, ${longestValue})), value)),
    'cut', json(iif(is_long, 'true', 'false'))))
  FROM (
    SELECT pointer, value, length(value) > ${longestValue} AS is_long
    FROM (SELECT '/name' AS pointer, json_quote(h.name) AS value UNION ALL SELECT '/labels', h.labels)))`;

/** A line of an enrolment, by the token that `hostId` was just enrolled with; none where it was not. */
export function insertEnrolmentLine(
  database: Database,
  row: Omit<AuditRow, 'orgId' | 'actorKind' | 'actorId' | 'actorName' | 'resourceName' | 'changes'>,
  { tokenHash, hostId }: { tokenHash: string; hostId: string },
) {
  const actor = {
    actorKind: 'enrollment_token' as const,
    actorId: sql`t.id`,
    actorName: sql`t.id`,
  };
  return insertLine(
    database,
    { ...row, ...actor, resourceName: sql`h.name`, changes: newHostChanges, orgId: sql`t.org_id` },
    sql`FROM enrollment_tokens t JOIN hosts h ON h.id = ${hostId} WHERE t.token_hash = ${tokenHash}`,
  );
}

/** A line in each organisation that the user is in, and in the platform's audit where they administer it. */
export function insertLinesOfPerson(
  database: Database,
  row: Omit<AuditRow, 'orgId' | 'actorKind' | 'actorId' | 'actorName' | 'resourceName'>,
  userId: string,
) {
  const actor = { actorKind: 'person' as const, actorId: userId, actorName: sql`u.email` };
  return insertLine(
    database,
    { ...row, ...actor, resourceName: sql`u.email`, orgId: sql`o.org_id` },
    sql`FROM users u JOIN (
        SELECT org_id FROM members WHERE user_id = ${userId}
        UNION ALL SELECT ${platformAudit} FROM users WHERE id = ${userId} AND platform
      ) o WHERE u.id = ${userId}`,
  );
}

function insertLine(
  database: Database,
  row: { [Column in keyof AuditRow]: AuditRow[Column] | SQL },
  rest: SQL,
) {
  const columns = Object.entries(getTableColumns(audit));
  const names = columns.map(([, column]) => sql.identifier(column.name));
  const { changes, ...plain } = row;
  const values: Record<string, unknown> = {
    ...plain,
    changes: is(changes, SQL) ? changes : JSON.stringify(changes),
  };
  return database.run(
    sql`INSERT INTO ${audit} (${sql.join(names, sql`, `)})
      SELECT ${sql.join(
        columns.map(([key]) => sql`${values[key]}`),
        sql`, `,
      )} ${rest}`,
  );
}

/** Newest first: at most `limit` lines before the id `before`. */
export function selectAuditLines(
  database: Database,
  orgId: string,
  filter: AuditFilter,
  before: string | undefined,
  limit: number,
) {
  const { actor, resource_kind, resource_name, operation, from, until } = filter;
  return database
    .select()
    .from(audit)
    .where(
      and(
        eq(audit.orgId, orgId),
        before === undefined ? undefined : lt(audit.id, before),
        from === undefined ? undefined : gte(audit.id, firstIdAt('aud', from)),
        until === undefined ? undefined : lt(audit.id, firstIdAt('aud', until)),
        actor === undefined ? undefined : eq(audit.actorId, actor),
        resource_kind === undefined ? undefined : eq(audit.resourceKind, resource_kind),
        resource_name === undefined ? undefined : eq(audit.resourceName, resource_name),
        operation === undefined ? undefined : eq(audit.operation, operation),
      ),
    )
    .orderBy(desc(audit.id))
    .limit(limit);
}

/** Takes away at most `limit` lines that are older than `time`, and gives those. One look at each organisation. */
export function deleteAuditLinesBefore(database: Database, time: number, limit: number) {
  return database.all<{ id: string }>(sql`
    WITH RECURSIVE org (id) AS (
      SELECT min(org_id) FROM audit
      UNION ALL
      SELECT (SELECT min(org_id) FROM audit WHERE org_id > org.id) FROM org WHERE org.id IS NOT NULL
    )
    DELETE FROM audit WHERE (org_id, id) IN (
      SELECT a.org_id, a.id FROM org
      CROSS JOIN audit a ON a.org_id = org.id AND a.id < ${firstIdAt('aud', time)}
      LIMIT ${limit}
    ) RETURNING id`);
}
