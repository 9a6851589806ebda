import { and, eq, ne, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { hosts } from '../../db/schema/index.ts';

/** Whether a host takes new work, and whether what it runs shall leave it. */
export interface Duty {
  schedulable: boolean;
  /** Undefined where it stays as it is. */
  draining?: boolean;
}

/** True (in SQL) for the hosts that `duty` would change. */
export function differsFrom({ schedulable, draining }: Duty): SQL | undefined {
  return or(
    ne(hosts.schedulable, schedulable),
    draining === undefined ? undefined : ne(hosts.draining, draining),
  );
}

/** True (in SQL) while there is the host, and `condition` holds for it. */
export function isHost(orgId: string, id: string, condition?: SQL): SQL {
  const where = and(eq(hosts.orgId, orgId), eq(hosts.id, id), condition);
  return sql`EXISTS (SELECT 1 FROM ${hosts} WHERE ${where})`;
}

export function setDuty(database: Database, orgId: string, id: string, duty: Duty) {
  return database
    .update(hosts)
    .set(duty)
    .where(and(eq(hosts.orgId, orgId), eq(hosts.id, id), differsFrom(duty)));
}

export function describeHost(
  database: Database,
  orgId: string,
  id: string,
  set: { name?: string; labels?: Record<string, string> },
) {
  return database
    .update(hosts)
    .set(set)
    .where(and(eq(hosts.orgId, orgId), eq(hosts.id, id)));
}
