import { createClient, type Client as Database } from '@libsql/client/http';
import { inject } from 'vitest';

/** Where a table's rows belong to an organisation by what they belong to. */
const owners: [column: string, table: string, key: string][] = [
  ['host_id', 'hosts', 'id'],
  ['deployment_id', 'deployments', 'id'],
  ['instance_id', 'instances', 'id'],
  ['backend_id', 'backends', 'id'],
  ['user_id', 'members', 'user_id'],
];

/** Every row of an organisation, by table, as the database holds it now. */
export async function rowsOfOrg(orgId: string): Promise<Record<string, string[]>> {
  const { databaseUrl, databaseToken } = inject('stack');
  const database = createClient({ url: databaseUrl, authToken: databaseToken });
  const filters = await filtersOf(database);
  const results = await database.batch(
    filters.map(([table, filter]) => ({
      sql: `SELECT * FROM ${table} WHERE ${filter}`,
      args: { org: orgId },
    })),
  );
  return Object.fromEntries(
    results.map(({ rows }, index) => [
      filters[index]?.[0] ?? '',
      rows.map((row) => JSON.stringify(row)).sort(),
    ]),
  );
}

async function filtersOf(database: Database): Promise<[table: string, filter: string][]> {
  const { rows } = await database.execute(
    `SELECT m.name AS table_name, group_concat(c.name) AS columns
     FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' GROUP BY m.name`,
  );
  return rows.flatMap(({ table_name, columns }): [string, string][] => {
    const table = String(table_name);
    const names = String(columns).split(',');
    if (table === 'orgs') return [[table, 'id = :org']];
    if (table === 'users') {
      return [[table, 'id IN (SELECT user_id FROM members WHERE org_id = :org)']];
    }
    if (names.includes('org_id')) return [[table, 'org_id = :org']];
    const owner = owners.find(([column]) => names.includes(column));
    if (!owner) return [];
    const [column, ownerTable, key] = owner;
    return [[table, `${column} IN (SELECT ${key} FROM ${ownerTable} WHERE org_id = :org)`]];
  });
}
