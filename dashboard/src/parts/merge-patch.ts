import { isEqual, isObject } from '../../../contract/differences.ts';
import type { Json, JsonObject } from '../../../contract/json.ts';

/** The JSON Merge Patch (RFC 7396) that makes `after` of `before`: what does not differ is not in it. */
export function mergePatchOf(before: JsonObject, after: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[key], after[key]];
    if (isEqual(old, now)) continue;
    if (now === undefined) patch[key] = null;
    else patch[key] = isObject(old) && isObject(now) ? mergePatchOf(old, now) : now;
  }
  return patch;
}

/** `target` with a patch applied to it. */
export function withMergePatch(target: Json | undefined, patch: JsonObject): JsonObject {
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = isObject(value) ? withMergePatch(result[key], value) : value;
  }
  return result;
}
