import { isEqual, isObject } from '../../contract/differences.ts';
import type { Json, JsonObject } from '../../contract/json.ts';

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
