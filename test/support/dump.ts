import { createClient, type Row } from '@libsql/client/http';

/** The rows of every table. */
export type Dump = Record<string, Row[]>;

/** What whoever stole the database has: every row of every table. */
export async function dumpDatabase(url: string, authToken: string): Promise<Dump> {
  const database = createClient({ url, authToken });
  const { rows: tables } = await database.execute(
    "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
  );
  const names = tables.map(({ name }) => String(name));
  const results = await database.batch(names.map((name) => `SELECT * FROM "${name}"`));
  return Object.fromEntries(results.map(({ rows }, index) => [names[index] ?? '', rows]));
}

/** Every text of it with the column that has it, also those within documents: each text once for each column. */
export function textsOf(dump: Dump): { column: string; text: string }[] {
  const found = new Map<string, { column: string; text: string }>();
  const add = (column: string, text: string) => found.set(`${column} ${text}`, { column, text });
  for (const [table, rows] of Object.entries(dump)) {
    for (const row of rows) {
      for (const [name, value] of Object.entries(row)) {
        if (typeof value !== 'string') continue;
        add(`${table}.${name}`, value);
        for (const leaf of leavesOf(value)) add(`${table}.${name}`, leaf);
      }
    }
  }
  return [...found.values()];
}

/** The keys and texts of a JSON document; none where `text` is no document. */
function leavesOf(text: string): string[] {
  if (!/^[[{]/.test(text)) return [];
  const leaves: string[] = [];
  JSON.parse(text, (key, value) => {
    leaves.push(key);
    if (typeof value === 'string') leaves.push(value);
    return value;
  });
  return leaves.filter((leaf) => leaf !== '');
}
