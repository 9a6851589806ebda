import {
  type Backend,
  type BackendDefinition,
  defaultHealthCheckPath,
  ignoredBackendKeys,
  ignoredVersionKeys,
} from '../../contract/backend.ts';
import { differences, isObject } from '../../contract/differences.ts';
import { Failure } from '../../contract/failure.ts';
import { type Json, pointerTo } from '../../contract/json.ts';
import { toTime } from '../db/time.ts';

/** A backend at one of its revisions. Times are milliseconds since 1970. */
export interface BackendRecord {
  /** Null for a built-in one that the organisation has not touched. */
  id: string | null;
  backendName: string;
  source: Backend['source'];
  /** 0 for a built-in one that the organisation has not touched. */
  revision: number;
  /** Of a built-in one what it ships as with the organisation's changes. */
  definition: BackendDefinition;
  /** The versions that ship with it, which nobody changes. */
  builtInVersions: string[];
  /** A community one that ships with another definition than it was taken from. */
  updateAvailable: boolean;
  createdAt: number | null;
  updatedAt: number | null;
}

/** Names are unique, and found, whatever their case. */
export function nameKeyOf(backendName: string): string {
  return backendName.toLowerCase();
}

/**
 * Takes the keys away that an import accepts and ignores: those of an exported resource, and `x-…`. The rest is for
 * the schema to judge.
 */
export function withoutIgnoredKeys(body: unknown): Json {
  const kept = omit(body, ignoredBackendKeys);
  if (!isObject(kept) || !isObject(kept.version_configs)) return kept;
  return {
    ...kept,
    version_configs: Object.fromEntries(
      Object.entries(kept.version_configs).map(([name, config]) => [
        name,
        withoutIgnoredVersionKeys(config),
      ]),
    ),
  };
}

/** The same for the config of one version. */
export function withoutIgnoredVersionKeys(config: unknown): Json {
  return omit(config, ignoredVersionKeys);
}

/** @throws Failure `invalid_definition` when its parts contradict each other */
export function checkDefinition(definition: BackendDefinition): void {
  const versions = Object.keys(definition.version_configs);
  const { default_version: defaultVersion } = definition;
  if (defaultVersion !== undefined && !versions.includes(defaultVersion)) {
    throw invalidDefinition(
      '/default_version',
      'unknown_version',
      `There is no version "${defaultVersion}"; the versions are ${versions.join(', ')}.`,
    );
  }
  if (nameKeyOf(definition.backend_name) === 'custom') {
    throw invalidDefinition(
      '/backend_name',
      'reserved_name',
      '"Custom" stands for a deployment without a backend; choose another name.',
    );
  }
}

/**
 * What a change may not touch: the name, and of a built-in backend the versions that ship with it.
 * @throws Failure `invalid_definition`
 */
export function checkChange(before: BackendRecord, after: BackendDefinition): void {
  checkDefinition(after);
  if (after.backend_name !== before.backendName) {
    throw invalidDefinition(
      '/backend_name',
      'immutable',
      `The name stays "${before.backendName}"; make a new backend to have another.`,
    );
  }
  for (const version of before.builtInVersions) {
    const [old, now] = [before.definition.version_configs[version], after.version_configs[version]];
    if (now && old && differences({ config: old }, { config: now }).length === 0) continue;
    throw invalidDefinition(
      pointerTo('version_configs', version),
      'built_in_version',
      `The version "${version}" ships with ${before.backendName} and cannot be ${now ? 'changed' : 'removed'}; add one of another name.`,
    );
  }
}

function invalidDefinition(pointer: string, code: string, detail: string): Failure {
  return new Failure('invalid_definition', detail, [{ pointer, code, detail }]);
}

export function frameworksOf(definition: BackendDefinition): string[] {
  const frameworks = Object.values(definition.version_configs).map((v) => v.custom_framework);
  return [...new Set(frameworks)].sort();
}

export function toBackend(record: BackendRecord, users: Backend['in_use_by']): Backend {
  return {
    id: record.id,
    ...record.definition,
    health_check_path: record.definition.health_check_path ?? defaultHealthCheckPath,
    source: record.source,
    is_built_in: record.source === 'built_in',
    built_in_versions: record.builtInVersions,
    update_available: record.updateAvailable,
    frameworks: frameworksOf(record.definition),
    revision: record.revision,
    in_use_by: users,
    created_at: toTime(record.createdAt),
    updated_at: toTime(record.updatedAt),
  };
}

function omit(value: unknown, ignored: readonly string[]): Json {
  if (!isObject(value)) return value as Json; // out of a JSON or YAML body
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => !ignored.includes(key) && !key.startsWith('x-')),
  );
}
