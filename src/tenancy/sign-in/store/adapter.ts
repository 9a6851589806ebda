import { type CleanedWhere, type CustomAdapter, createAdapterFactory } from 'better-auth/adapters';
import { and, eq, getTableColumns, type SQL } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { type Statement, write } from '../../../db/batch.ts';
import type { Database } from '../../../db/client.ts';
import { accounts, sessions, users } from '../../../db/schema/index.ts';
import { sha256 } from '../../hash.ts';
import type { SessionRow } from '../../sessions/store.ts';

const tables = { user: users, account: accounts, session: sessions };

type Row = Record<string, unknown>;

/**
 * What better-auth asks of a database, on our tables: as much of it as the two ways to sign in use. Times are numbers
 * here and dates there; a session's token is kept as its hash; columns that we do not keep (the provider's tokens,
 * pictures) are left out.
 * @param withSession statements for the batch that opens a session
 */
export function libraryAdapter(
  database: Database,
  withSession: (session: SessionRow) => Statement[],
) {
  const custom: CustomAdapter = {
    async create({ model, data }) {
      const row = (await toRow(data)) as never; // the model's own row
      const beside = model === 'session' ? withSession(row) : [];
      await write(database, [{ query: database.insert(tableOf(model)).values(row) }, ...beside]);
      return data;
    },
    async findOne({ model, where }) {
      const [row] = await rowsOf(model, where, 1);
      // The library's model, which it checks itself.
      return (row ?? null) as never;
    },
    async findMany({ model, where = [], limit }) {
      return (await rowsOf(model, where, limit)) as never;
    },
    async update({ model, where, update }) {
      const table = tableOf(model);
      const row = await toRow(update as Row);
      await database.update(table).set(row).where(conditionOf(table, where));
      const [changed] = await rowsOf(model, where, 1);
      return (changed ?? null) as never;
    },
    updateMany: unused,
    delete: unused,
    deleteMany: unused,
    count: unused,
  };

  async function rowsOf(model: string, where: CleanedWhere[], limit: number): Promise<Row[]> {
    const table = tableOf(model);
    const rows = await database.select().from(table).where(conditionOf(table, where)).limit(limit);
    return rows.map(fromRow);
  }

  return createAdapterFactory({
    config: { adapterId: 'longshore', supportsDates: true, transaction: false },
    adapter: () => custom,
  });
}

function unused(): never {
  throw new Error('better-auth asked the database for something that signing in does not need');
}

function tableOf(model: string) {
  const table = tables[model as keyof typeof tables];
  if (!table) throw new Error(`better-auth asked for "${model}", which we do not keep`);
  return table;
}

function conditionOf(table: ReturnType<typeof tableOf>, where: CleanedWhere[]): SQL | undefined {
  const columns: Record<string, SQLiteColumn> = getTableColumns(table);
  return and(
    ...where.map(({ field, value, operator, connector }) => {
      const column = columns[field];
      if (!column || operator !== 'eq' || connector !== 'AND') return unused();
      return eq(column, value);
    }),
  );
}

async function toRow({ token, ...data }: Row): Promise<Row> {
  const row = Object.entries(data).map(([key, value]) => [
    key,
    value instanceof Date ? value.getTime() : value,
  ]);
  return {
    ...Object.fromEntries(row),
    ...(typeof token === 'string' ? { tokenHash: await sha256(token) } : {}),
  };
}

function fromRow(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      key.endsWith('At') && typeof value === 'number' ? new Date(value) : value,
    ]),
  );
}
