import { and, eq, lt } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { idempotencyKeys } from '../../db/schema/index.ts';

type Row = typeof idempotencyKeys.$inferSelect;

export async function findReceipt(
  database: Database,
  key: Pick<Row, 'orgId' | 'route' | 'key'>,
): Promise<Row | undefined> {
  const [row] = await database
    .select()
    .from(idempotencyKeys)
    .where(
      and(
        eq(idempotencyKeys.orgId, key.orgId),
        eq(idempotencyKeys.route, key.route),
        eq(idempotencyKeys.key, key.key),
      ),
    );
  return row;
}

export function insertReceipt(database: Database, row: Row) {
  return database.insert(idempotencyKeys).values(row);
}

export function deleteReceiptsBefore(database: Database, before: number) {
  return database.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, before));
}
