import { type Json, type JsonObject, pointerTo } from './json.ts';

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One place where two JSON values differ. */
export interface Difference {
  /** JSON Pointer (RFC 6901). */
  pointer: string;
  change: 'added' | 'removed' | 'changed';
  before: Json;
  after: Json;
}

/** Where two objects differ, field by field; lists count as one field. */
export function differences(before: JsonObject, after: JsonObject, at = ''): Difference[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key): Difference[] => {
    const pointer = at + pointerTo(key);
    const [old, now] = [before[key], after[key]];
    if (old === undefined && now === undefined) return [];
    if (old === undefined) return [{ pointer, change: 'added', before: null, after: now ?? null }];
    if (now === undefined) return [{ pointer, change: 'removed', before: old, after: null }];
    if (isObject(old) && isObject(now)) return differences(old, now, pointer);
    return isEqual(old, now) ? [] : [{ pointer, change: 'changed', before: old, after: now }];
  });
}

/** Equal as JSON, whatever the order of keys. */
export function isEqual(left: Json | undefined, right: Json | undefined): boolean {
  if (isObject(left) && isObject(right)) {
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => isEqual(left[key], right[key]))
    );
  }
  return JSON.stringify(left) === JSON.stringify(right);
}
