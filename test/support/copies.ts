import { sql } from './sql.ts';

/**
 * Copies the one row of `table` whose `key` is `value` until there are `count` of it in all, past the API. `own` says by
 * column what differs from copy to copy, in SQL in which `n` counts them from 1.
 */
export async function copyRow(
  table: string,
  key: string,
  value: string,
  count: number,
  own: Record<string, string>,
): Promise<void> {
  const [row] = await sql(`SELECT * FROM ${table} WHERE ${key} = ?`, [value]);
  if (!row) throw new Error(`${table} has no such row`);
  // A row has its values by position too.
  const columns = Object.keys(row).filter((column) => !/^\d+$/.test(column));
  await sql(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1)
      INSERT INTO ${table} (${columns.join(', ')})
      SELECT ${columns.map((column) => own[column] ?? column).join(', ')}
      FROM ${table}, numbers WHERE ${key} = ?2`,
    [count - 1, value],
  );
}
