import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { hosts } from '../../db/schema/index.ts';
import { bell } from './hosts.ts';

/** The hosts of an organisation whose desired set is not empty; none unless `condition` holds. */
function isRunning(orgId: string, condition?: SQL): SQL | undefined {
  return and(
    eq(hosts.orgId, orgId),
    condition,
    sql`EXISTS (SELECT 1 FROM launches l WHERE l.host_id = ${hosts.id} AND l.removed_in IS NULL)`,
  );
}

/** Their desired sets come anew, with the values that belong to them. */
export function bumpRunningHosts(database: Database, orgId: string, condition?: SQL) {
  return database
    .update(hosts)
    .set({ desiredRevision: sql`desired_revision + 1` })
    .where(isRunning(orgId, condition));
}

/** What the doorbells of the same hosts must say. */
export function selectRunningBells(database: Database, orgId: string, condition?: SQL) {
  return database.select(bell).from(hosts).where(isRunning(orgId, condition));
}
