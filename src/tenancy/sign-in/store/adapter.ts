import { type CleanedWhere, type CustomAdapter, createAdapterFactory } from 'better-auth/adapters';
import { APIError } from 'better-auth/api';
import { and, eq, getTableColumns, type SQL } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { Failure } from '../../../../contract/failure.ts';
import { type Statement, write } from '../../../db/batch.ts';
import type { Database } from '../../../db/client.ts';
import { accounts, sessions, users } from '../../../db/schema/index.ts';
import { sha256 } from '../../hash.ts';
import type { SessionRow } from '../../sessions/store.ts';
import { adoptAccounts, oidcProvider, providerOf, type UserRow } from './users.ts';

const tables = { user: users, account: accounts, session: sessions };

type Row = Record<string, unknown>;

/** The batch that makes a user or opens a session, around the statement that inserts the row. */
export interface Batches {
  user(insert: Statement, row: UserRow): Statement[];
  session(insert: Statement, row: SessionRow): Statement[];
}

/**
 * What better-auth asks of a database, on our tables: as much of it as the two ways to sign in use. Times are numbers
 * here and dates there; a session's token is kept as its hash; columns that we do not keep (the provider's tokens,
 * pictures) are left out. An account at the provider is kept with the provider's issuer, which better-auth leaves out:
 * another provider may call somebody else by the same id.
 * @param issuer the provider's; null: nobody signs in at it now
 */
export function libraryAdapter(database: Database, issuer: string | null, batches: Batches) {
  const custom: CustomAdapter = {
    async create({ model, data }) {
      const row = (await toRow(data)) as never; // the model's own row
      const insert = { query: database.insert(tableOf(model)).values(row) };
      const isGrouped = model === 'user' || model === 'session';
      await writeForLibrary(database, isGrouped ? batches[model](insert, row) : [insert]);
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
    const select = database.select().from(table).where(conditionOf(table, where)).limit(limit);
    const isAtProvider = where.some(({ value }) => value === oidcProvider);
    const rows =
      isAtProvider && issuer !== null
        ? (await database.batch([adoptAccounts(database, issuer), select]))[1]
        : await select;
    return rows.map(fromRow);
  }

  function conditionOf(table: ReturnType<typeof tableOf>, where: CleanedWhere[]): SQL | undefined {
    const columns: Record<string, SQLiteColumn> = getTableColumns(table);
    return and(
      ...where.map(({ field, value, operator, connector }) => {
        const column = columns[field];
        if (!column || operator !== 'eq' || connector !== 'AND') return unused();
        return eq(column, stored(field, value));
      }),
    );
  }

  async function toRow({ token, ...data }: Row): Promise<Row> {
    const row = Object.entries(data).map(([key, value]) => [
      key,
      value instanceof Date ? value.getTime() : stored(key, value),
    ]);
    return {
      ...Object.fromEntries(row),
      ...(typeof token === 'string' ? { tokenHash: await sha256(token) } : {}),
    };
  }

  function stored(field: string, value: unknown): unknown {
    const isProvider = field === 'providerId' && value === oidcProvider && issuer !== null;
    return isProvider ? providerOf(issuer) : value;
  }

  function fromRow(row: Row): Row {
    return Object.fromEntries(
      Object.entries(row).map(([key, value]) => {
        if (key.endsWith('At') && typeof value === 'number') return [key, new Date(value)];
        const isOurs = key === 'providerId' && issuer !== null && value === providerOf(issuer);
        return [key, isOurs ? oidcProvider : value];
      }),
    );
  }

  return createAdapterFactory({
    config: { adapterId: 'longshore', supportsDates: true, transaction: false },
    adapter: () => custom,
  });
}

/** @throws APIError for a refusal: of no other the library tells the browser which one it was */
async function writeForLibrary(
  database: Database,
  statements: readonly Statement[],
): Promise<void> {
  try {
    await write(database, statements);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new APIError('FORBIDDEN', { code: error.code, message: error.message });
  }
}

function unused(): never {
  throw new Error('better-auth asked the database for something that signing in does not need');
}

function tableOf(model: string) {
  const table = tables[model as keyof typeof tables];
  if (!table) throw new Error(`better-auth asked for "${model}", which we do not keep`);
  return table;
}
