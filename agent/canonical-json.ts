import { createHash } from 'node:crypto';

/** JSON with the keys of every object in code-unit order: equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (item === null || typeof item !== 'object' || Array.isArray(item)) return item;
    return Object.fromEntries(
      Object.entries(item).sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)),
    );
  });
}

/** The first 32 hexadecimal digits of the SHA-256 of `value`'s canonical JSON. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 32);
}
