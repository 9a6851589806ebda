import { type Client, createClient } from '@libsql/client/http';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { inRepository } from './paths.ts';

export const migrationsFolder = inRepository('drizzle');

export interface DatabaseAddress {
  url: string;
  authToken?: string;
}

/**
 * Brings a database to the newest schema and returns how many migrations that took. All of them or none are applied,
 * also when two run at once: the loser fails as a whole. Never call it from a request.
 */
export async function migrateDatabase(
  address: DatabaseAddress,
  folder = migrationsFolder,
): Promise<number> {
  const client = createClient(address);
  try {
    const before = await newestApplied(client);
    const pending = readMigrationFiles({ migrationsFolder: folder }).filter(
      ({ folderMillis }) => folderMillis > before,
    );
    if (pending.length > 0) await apply(client, folder);
    return pending.length;
  } finally {
    client.close();
  }
}

async function apply(client: Client, folder: string): Promise<void> {
  // Loaded here, for most starts have nothing to apply and drizzle takes longer to load than they should last.
  const [{ drizzle }, { migrate }] = await Promise.all([
    import('drizzle-orm/libsql/http'),
    import('drizzle-orm/libsql/migrator'),
  ]);
  await migrate(drizzle(client), { migrationsFolder: folder });
}

/** The journal time of the newest migration that the database has; 0 for a new database. */
async function newestApplied(client: Client): Promise<number> {
  const table = await client.execute(
    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '__drizzle_migrations'",
  );
  if (table.rows.length === 0) return 0;
  const newest = await client.execute('SELECT max(created_at) AS newest FROM __drizzle_migrations');
  return Number(newest.rows[0]?.newest ?? 0);
}
