import type { BackendDefinition } from '../../contract/backend.ts';
import type { JsonObject } from '../../contract/json.ts';
import { builtInNamed, type ShippedBackend, shippedNamed } from './catalogue.ts';
import { applyMergePatch, mergePatchBetween } from './merge-patch.ts';
import { type BackendRecord, nameKeyOf } from './model.ts';
import type { StoredBackend } from './store.ts';

/*
 * What the database holds of a backend: of a custom or community one its definition; of a built-in one the merge patch
 * that makes the organisation's definition of the shipped one, so that an upgrade of the catalogue brings new versions
 * and overwrites nothing. A built-in one that the organisation has not touched has no row.
 */

/** The backend that a row stands for. */
export function toRecord(row: StoredBackend): BackendRecord {
  const { id, backendName, source, revision, createdAt, updatedAt } = row;
  const entry = source === 'custom' ? undefined : shippedNamed(nameKeyOf(backendName));
  return {
    id,
    backendName,
    source,
    revision,
    createdAt,
    updatedAt,
    definition: definitionOf(row.stored, source === 'built_in' ? entry : undefined),
    builtInVersions: source === 'built_in' && entry ? versionsOf(entry) : [],
    updateAvailable: source === 'community' && !!entry && entry.digest !== row.catalogueDigest,
  };
}

/** The backend that a row, or the lack of one, stands for; null when there is none of that name. */
export function toRecordOrBuiltIn(
  row: StoredBackend | undefined,
  nameKey: string,
): BackendRecord | null {
  if (row) return toRecord(row);
  const entry = builtInNamed(nameKey);
  return entry ? untouched(entry) : null;
}

/** A built-in backend as it ships. Its revision is 0. */
export function untouched({ definition, ...entry }: ShippedBackend): BackendRecord {
  return {
    id: null,
    backendName: definition.backend_name,
    source: 'built_in',
    revision: 0,
    createdAt: null,
    updatedAt: null,
    definition,
    builtInVersions: versionsOf({ definition, ...entry }),
    updateAvailable: false,
  };
}

/** The definition that a stored document makes. */
export function definitionOf(
  stored: JsonObject,
  builtIn: ShippedBackend | undefined,
): BackendDefinition {
  // What is stored was validated, and the shipped one too; merged they are a definition again.
  if (!builtIn) return stored as unknown as BackendDefinition;
  const merged = applyMergePatch(builtIn.definition, stored) as unknown as BackendDefinition;
  // A shipped version is what it ships as, also where an organisation once made one of its name.
  return {
    ...merged,
    version_configs: { ...merged.version_configs, ...builtIn.definition.version_configs },
  };
}

/** What is stored of a definition. */
export function storedOf(
  definition: BackendDefinition,
  builtIn: ShippedBackend | undefined,
): JsonObject {
  return builtIn ? mergePatchBetween(builtIn.definition, definition) : definition;
}

function versionsOf({ definition }: ShippedBackend): string[] {
  return Object.keys(definition.version_configs);
}
