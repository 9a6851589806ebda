import { LibsqlBatchError } from '@libsql/core/api';
import { type SQL, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { Failure } from '../../contract/failure.ts';
import type { Database } from './client.ts';
import { guards } from './schema/index.ts';

/** One statement of a write batch, and what it means to the caller when a constraint refuses it. */
export interface Statement {
  query: BatchItem<'sqlite'>;
  /** A key is taken, or a guard does not hold. */
  refusal?: Failure;
  /** A foreign key points at nothing, or at the row that would go something still points. */
  orphan?: Failure;
}

/** What is true or not in SQL, as a store says it. */
export type Condition = SQL;

/** A write batch lost against a concurrent change: read again and decide anew. */
export class LostRace extends Error {
  override name = 'LostRace';
}

/** A read at the end of a write batch, which sees what the batch wrote. */
type FinalRead<Row> = BatchItem<'sqlite'> & { _: { readonly result: Row[] } };

/**
 * Runs the statements, and then `read`, as one write transaction, in one request: all or nothing.
 * @throws the `refusal` or `orphan` of the statement that a constraint refused; `LostRace` where it has none
 */
export async function write(database: Database, statements: readonly Statement[]): Promise<never[]>;
export async function write<Row>(
  database: Database,
  statements: readonly Statement[],
  read: FinalRead<Row>,
): Promise<Row[]>;
export async function write<Row>(
  database: Database,
  statements: readonly Statement[],
  read?: FinalRead<Row>,
): Promise<Row[]> {
  const queries = statements.map(({ query }) => query);
  const [first, ...rest] = read ? [...queries, read] : queries;
  if (!first) return [];
  try {
    const results = await database.batch([first, ...rest]);
    return read ? (results.at(-1) as Row[]) : []; // the last query is `read`
  } catch (error) {
    throw constraintRefusal(error, statements) ?? error;
  }
}

/**
 * A statement that stops its whole batch unless `condition` holds. Later statements of a batch run although an
 * earlier one matched no row; this is how one says "only if".
 */
export function guard(database: Database, condition: SQL, refusal?: Failure): Statement {
  return {
    query: database.run(sql`INSERT INTO ${guards} (holds) SELECT 0 WHERE NOT (${condition})`),
    ...(refusal ? { refusal } : {}),
  };
}

function constraintRefusal(error: unknown, statements: readonly Statement[]): Error | undefined {
  const cause = error instanceof LibsqlBatchError ? error : (error as { cause?: unknown })?.cause;
  if (!(cause instanceof LibsqlBatchError) || !isConstraint(cause)) return undefined;
  const statement = statements[cause.statementIndex];
  // libSQL gives no extended code over HTTP; the message tells which constraint it was.
  const refusal = /FOREIGN KEY/i.test(cause.message) ? statement?.orphan : statement?.refusal;
  return refusal ?? new LostRace(cause.message);
}

function isConstraint(error: LibsqlBatchError): boolean {
  return error.code.startsWith('SQLITE_CONSTRAINT') || /constraint failed/i.test(error.message);
}
