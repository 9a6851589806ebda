import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { orgs } from '../../db/schema/index.ts';

/** So much time may lie between the first and the last of hosts that fell silent together. */
const togetherMs = 60_000;
/** And so much more between the last word of one and the moment when its silence was noticed. */
const noticedMs = 60_000;

/** When hosts were last heard that fell silent now. The `+` keeps SQLite from reading all hosts of the organisation. */
export function noteLastSeen(
  database: Database,
  orgId: string,
  silent: readonly { hostId: string; seenAt: number }[],
) {
  return database.run(sql`
    UPDATE hosts SET last_seen_at = json_extract(s.value, '$.seenAt')
    FROM json_each(${JSON.stringify(silent)}) s
    WHERE hosts.id = json_extract(s.value, '$.hostId') AND +hosts.org_id = ${orgId}`);
}

/**
 * Holds back replacements in an organisation where more than half of two or more hosts fell silent within a minute.
 * Goes after `noteLastSeen`, by which a silent host differs from one that was enrolled and never spoke.
 */
export function holdReplacement(database: Database, orgId: string, now: number) {
  return database.run(sql`
    UPDATE orgs SET replacement_held_at = ${now}
    WHERE id = ${orgId} AND replacement_held_at IS NULL AND (
      SELECT count(*) >= 2 AND 2 * sum(status = 'offline') > count(*) FROM hosts
      WHERE org_id = ${orgId} AND revoked_at IS NULL AND (status <> 'offline'
        OR (last_seen_at IS NOT NULL
          AND status_changed_at > max(${now - togetherMs}, coalesce(orgs.replacement_released_at, 0)))))`);
}

/** True (in SQL) when at least half of the hosts that fell silent around or since the hold are online again. */
const areBack: SQL = sql`(
  SELECT 2 * coalesce(sum(status = 'online'), 0) >= count(*) FROM hosts
  WHERE org_id = orgs.id AND revoked_at IS NULL AND last_seen_at > orgs.replacement_held_at - ${togetherMs + noticedMs})`;

/** True (in SQL) while replacement is held in the organisation. */
export function isHeld(orgId: string): SQL {
  return sql`EXISTS (SELECT 1 FROM orgs WHERE id = ${orgId} AND replacement_held_at IS NOT NULL)`;
}

/** Ends the hold of an organisation because a person says so. */
export function endHold(database: Database, orgId: string, now: number) {
  return database
    .update(orgs)
    .set({ replacementHeldAt: null, replacementReleasedAt: now })
    .where(and(eq(orgs.id, orgId), isNotNull(orgs.replacementHeldAt)));
}

/** Ends every hold whose hosts are back. */
export function endHoldsOfReturned(database: Database) {
  return database.run(sql`
    UPDATE orgs SET replacement_held_at = NULL WHERE replacement_held_at IS NOT NULL AND ${areBack}`);
}
