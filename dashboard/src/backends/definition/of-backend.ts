import type { Backend, BackendDefinition } from '../../../../contract/backend.ts';
import type { JsonObject } from '../../../../contract/json.ts';
import { backendFields } from './fields.ts';

type Defined = Pick<Backend, keyof BackendDefinition>;

/** What people wrote of a backend: without what the control plane adds. It was read as JSON, and is JSON. */
export function definitionOfBackend(backend: Defined): JsonObject {
  const keys = Object.keys(backendFields) as (keyof BackendDefinition)[]; // keys of a Record of them
  const entries = keys.map((key) => [key, backend[key]]);
  return JSON.parse(JSON.stringify(Object.fromEntries(entries)));
}
