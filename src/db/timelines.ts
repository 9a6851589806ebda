import { type SQL, sql } from 'drizzle-orm';
import type { EventType } from '../../contract/event.ts';
import type { Database } from './client.ts';

/** So many lines are kept of each timeline. */
export const longestTimeline = 500;
/** What happens again within this time is one line that counts. */
const foldMs = 3_600_000;

/** On which timeline a line is, and what it tells. Columns are to be written with their tables. */
interface Line {
  subject: SQL;
  type: SQL | EventType;
  instanceId: SQL;
  generation: SQL;
}

/** `count` and `firstAt` of a new line, which counts on where an equal one of the last hour has got to. */
export function repeatOf({ subject, type, instanceId, generation }: Line, now: number) {
  const equal = sql`FROM events e WHERE e.subject = ${subject} AND e.type = ${type}
    AND e.instance_id IS ${instanceId} AND e.generation IS ${generation} AND e.created_at > ${now - foldMs}
    ORDER BY e.id DESC LIMIT 1`;
  return {
    count: sql<number>`coalesce((SELECT e.count + 1 ${equal}), 1)`.as('count'),
    firstAt: sql<number | null>`(SELECT coalesce(e.first_at, e.created_at) ${equal})`.as(
      'first_at',
    ),
  };
}

/**
 * Takes away the lines that new ones count on, and what is beyond the newest 500 of a timeline. `newLines` selects
 * `subject` and `id` of lines that may have been written before in the same batch; where none was, nothing is read.
 */
export function tidyTimelines(database: Database, newLines: SQL) {
  // The ids are gathered first: a DELETE by a compound subquery would read the whole table.
  return database.run(sql`
    WITH fresh (subject, id) AS MATERIALIZED (
      SELECT n.subject, n.id FROM (${newLines}) line CROSS JOIN events n
        ON n.subject = line.subject AND n.id = line.id),
    longest (subject, last) AS MATERIALIZED (
      SELECT fresh.subject, (SELECT e.id FROM events e WHERE e.subject = fresh.subject
                             ORDER BY e.id DESC LIMIT 1 OFFSET ${longestTimeline})
      FROM fresh GROUP BY fresh.subject),
    past (subject, id) AS MATERIALIZED (
      SELECT e.subject, e.id FROM fresh
        CROSS JOIN events n ON n.subject = fresh.subject AND n.id = fresh.id AND n.count > 1
        CROSS JOIN events e ON e.subject = n.subject AND e.id < n.id AND e.type = n.type
          AND e.instance_id IS n.instance_id AND e.generation IS n.generation
          AND coalesce(e.first_at, e.created_at) = n.first_at
      UNION ALL
      SELECT e.subject, e.id FROM longest
        CROSS JOIN events e ON e.subject = longest.subject AND e.id <= longest.last)
    DELETE FROM events WHERE (subject, id) IN (SELECT past.subject, past.id FROM past)`);
}
