import { and, eq, ne, or, type SQL } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { hosts } from '../../db/schema.ts';

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
