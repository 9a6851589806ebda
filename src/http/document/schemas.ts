/** What generators of clients take an integer for that does not say how great it gets. */
const greatestInt32 = 2 ** 31 - 1;

/** Marks the integers below `schema` that need 64 bits: without it generated clients cut sizes in bytes off. */
export function widenIntegers(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return;
  const { type, maximum } = schema as { type?: unknown; maximum?: unknown };
  const isInteger = type === 'integer' || (Array.isArray(type) && type.includes('integer'));
  if (isInteger && !(typeof maximum === 'number' && maximum <= greatestInt32)) {
    Object.assign(schema, { format: 'int64' });
  }
  for (const part of Object.values(schema)) widenIntegers(part);
}
