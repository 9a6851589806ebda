import { type Json, type JsonObject, pointerTo } from '../../contract/json.ts';

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `target` with a JSON Merge Patch (RFC 7396) applied: null takes a key away, objects merge, all else replaces. */
export function applyMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) delete result[key];
    else result[key] = applyMergePatch(result[key], value);
  }
  return result;
}

/** The merge patch that makes `wanted` of `target`; `{}` when they are equal. Values of `wanted` are not null. */
export function mergePatchBetween(target: JsonObject, wanted: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(target)) if (wanted[key] === undefined) patch[key] = null;
  for (const [key, value] of Object.entries(wanted)) {
    if (value === undefined) continue;
    const before = target[key];
    if (isObject(before) && isObject(value)) {
      const inner = mergePatchBetween(before, value);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (!isEqual(before, value)) {
      patch[key] = value;
    }
  }
  return patch;
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
function isEqual(left: Json | undefined, right: Json | undefined): boolean {
  if (isObject(left) && isObject(right)) {
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => isEqual(left[key], right[key]))
    );
  }
  return JSON.stringify(left) === JSON.stringify(right);
}
