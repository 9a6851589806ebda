import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@libsql/client/http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ScratchDatabase, startScratchDatabase } from '../../local/database/scratch.ts';
import { migrateDatabase, migrationsFolder } from '../../local/migrate.ts';

interface Journal {
  entries: { idx: number; when: number; tag: string; breakpoints: boolean }[];
}

const readJournal = (folder: string): Journal =>
  JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8'));

let database: ScratchDatabase;
let client: Client;
let folder: string;
beforeEach(async () => {
  database = await startScratchDatabase();
  client = createClient(database);
  folder = mkdtempSync(join(tmpdir(), 'longshore-migrations-'));
  cpSync(migrationsFolder, folder, { recursive: true });
});
afterEach(async () => {
  client.close();
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Adds a migration behind those that there are. */
function addMigration(sql: string): void {
  const journal = readJournal(folder);
  const when = (journal.entries.at(-1)?.when ?? 0) + 1;
  const tag = `9999_${journal.entries.length}`;
  journal.entries.push({ idx: journal.entries.length, when, tag, breakpoints: true });
  writeFileSync(join(folder, `${tag}.sql`), sql);
  writeFileSync(join(folder, 'meta/_journal.json'), JSON.stringify(journal));
}

test('the journal times increase: drizzle skips an older one in silence', () => {
  const times = readJournal(migrationsFolder).entries.map(({ when }) => when);
  expect(times.length).toBeGreaterThan(0);
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
});

test('all are applied to a new database, and none the second time', async () => {
  const count = readJournal(migrationsFolder).entries.length;
  expect(await migrateDatabase(database)).toBe(count);
  const schema = () => client.execute('SELECT type, name, sql FROM sqlite_schema ORDER BY name');
  const before = await schema();
  expect(await migrateDatabase(database)).toBe(0);
  expect((await schema()).rows).toEqual(before.rows);
  const faults = await client.execute('PRAGMA foreign_key_check');
  expect(faults.rows).toEqual([]);
});

test('every table is WITHOUT ROWID: a row then costs one write less', async () => {
  await migrateDatabase(database);
  const tables = await client.execute(
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND wr = 0",
  );
  const names = tables.rows.map(({ name }) => String(name));
  const own = names.filter((name) => !/^(sqlite_|libsql_|__drizzle_)/.test(name));
  expect(own).toEqual([]);
});

test('a later migration comes on top of the data that is there', async () => {
  await migrateDatabase(database);
  await client.execute("INSERT INTO orgs (id, name, created_at) VALUES ('org_a', 'a', 1)");
  addMigration('ALTER TABLE orgs ADD COLUMN note text;');
  expect(await migrateDatabase(database, folder)).toBe(1);
  const { rows } = await client.execute("SELECT name, note FROM orgs WHERE id = 'org_a'");
  expect(rows[0]).toMatchObject({ name: 'a', note: null });
});

/** Leaves out this migration and those behind it. */
function stopBefore(tag: string): void {
  const journal = readJournal(folder);
  const index = journal.entries.findIndex((entry) => entry.tag === tag);
  journal.entries = journal.entries.slice(0, index);
  writeFileSync(join(folder, 'meta/_journal.json'), JSON.stringify(journal));
}

test('hosts that shared a name, or were called like an id, have names of their own from then on', async () => {
  stopBefore('0015_host_names');
  await migrateDatabase(database, folder);
  await client.execute("INSERT INTO orgs (id, name, created_at) VALUES ('org_a', 'a', 1)");
  const hosts = [
    ['host_1', 'org_default', 'gpu'],
    ['host_2', 'org_default', 'gpu'],
    ['host_3', 'org_default', 'gpu'],
    ['host_4', 'org_default', 'host_1'],
    ['host_5', 'org_a', 'gpu'],
  ];
  for (const [id = '', org = '', name = ''] of hosts) {
    await client.execute({
      sql: `INSERT INTO hosts (id, org_id, name, labels, install_id, secret_hash, hub, status, status_changed_at, created_at)
        VALUES (?1, ?2, ?3, '{}', ?1, ?1, 0, 'offline', 1, 1)`,
      args: [id, org, name],
    });
  }
  await migrateDatabase(database);
  const { rows } = await client.execute('SELECT name FROM hosts ORDER BY id');
  expect(rows.map(({ name }) => name)).toEqual([
    'gpu',
    expect.stringMatching(/^gpu-[0-9a-f]{8}$/),
    expect.stringMatching(/^gpu-[0-9a-f]{8}$/),
    'host-1',
    'gpu',
  ]);
});

test('one that fails half-way leaves nothing behind, and works when it is mended', async () => {
  await migrateDatabase(database);
  const { entries } = readJournal(folder);
  const breakpoint = '\n--> statement-breakpoint\n';
  addMigration(`CREATE TABLE first (id text)${breakpoint}CREATE TABLE orgs (id text)`);
  const file = join(folder, `9999_${entries.length}.sql`);
  await expect(migrateDatabase(database, folder)).rejects.toThrow('already exists');
  const left = await client.execute("SELECT 1 FROM sqlite_schema WHERE name = 'first'");
  expect(left.rows).toEqual([]);
  writeFileSync(file, 'CREATE TABLE first (id text)');
  expect(await migrateDatabase(database, folder)).toBe(1);
});

test('a new database has its organisation and its era', async () => {
  await migrateDatabase(database);
  const orgs = await client.execute('SELECT id FROM orgs');
  expect(orgs.rows.map(({ id }) => id)).toEqual(['org_default']);
  const era = await client.execute("SELECT value FROM settings WHERE key = 'era'");
  expect(era.rows[0]?.value).toMatch(/^[0-9a-f]{16}$/);
});

test('nobody without a token of the home reads the database', async () => {
  for (const authToken of [undefined, `${database.authToken.slice(0, -4)}AAAA`]) {
    const stranger = createClient({ url: database.url, ...(authToken ? { authToken } : {}) });
    await expect(stranger.execute('SELECT 1')).rejects.toThrow('401');
    stranger.close();
  }
});
