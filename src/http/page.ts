import { Failure } from '../../contract/failure.ts';

/** An opaque cursor for the key of the last row of a page. */
function encodeCursor(key: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(key)));
}

/** @throws Failure `invalid_request` when it is not one of ours */
export function decodeCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(cursor), (char) => char.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw invalidCursor();
  }
}

/** A cursor whose key is a number. @throws Failure `invalid_request` when it is not one of ours */
export function decodeNumberCursor(cursor: string | undefined): number | undefined {
  const key = decodeCursor(cursor);
  if (key !== undefined && !/^\d{1,15}$/.test(key)) throw invalidCursor();
  return key === undefined ? undefined : Number(key);
}

function invalidCursor(): Failure {
  return new Failure('invalid_request', 'The cursor is not one that this API gave.', [
    {
      pointer: '?cursor',
      code: 'invalid_cursor',
      detail: 'Send `next_cursor` of the page before, unchanged, or none for the first page.',
    },
  ]);
}

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** Of `limit + 1` rows that were read, the page and its cursor. */
export function toPage<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => string,
): Page<Row>;
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => string,
  toItem: (row: Row) => Item,
): Page<Item>;
export function toPage<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => string,
  toItem: (row: Row) => unknown = (row) => row,
): Page<unknown> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(toItem),
    next_cursor: rows.length > limit && last ? encodeCursor(keyOf(last)) : null,
  };
}
