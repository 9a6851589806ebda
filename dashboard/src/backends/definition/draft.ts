import { isObject } from '../../../../contract/differences.ts';
import type { Json, JsonObject } from '../../../../contract/json.ts';
import type { Pair } from '../../parts/key-value-rows.tsx';
import { newKey } from '../../parts/new-key.ts';
import { mapOf } from '../../parts/pairs.ts';
import type { TextRow } from '../../parts/text-rows.tsx';
import { withoutUndefined } from '../../parts/without-undefined.ts';

/** One version as its form holds it. */
export interface VersionDraft {
  id: string;
  name: string;
  image_name: string;
  custom_framework: string;
  entrypoint: string;
  run_command: string;
  env: Pair[];
  architectures: string[];
  deprecated: boolean;
}

/** A definition as its form holds it: every field is there, and what is blank is not set. */
export interface BackendDraft {
  backend_name: string;
  description: string;
  icon: string;
  health_check_path: string;
  default_entrypoint: string;
  default_run_command: string;
  default_env: Pair[];
  default_backend_param: TextRow[];
  common_parameters: string[];
  parameter_format: '' | 'space' | 'equal';
  default_version: string;
  versions: VersionDraft[];
}

export function newVersionDraft(): VersionDraft {
  return versionDraftOf('', {});
}

export function draftOf(definition: JsonObject): BackendDraft {
  const text = (key: string) => textOf(definition[key]);
  const format = text('parameter_format');
  return {
    backend_name: text('backend_name'),
    description: text('description'),
    icon: text('icon'),
    health_check_path: text('health_check_path'),
    default_entrypoint: text('default_entrypoint'),
    default_run_command: text('default_run_command'),
    default_env: pairsOf(definition.default_env),
    default_backend_param: textsOf(definition.default_backend_param).map(toRow),
    common_parameters: textsOf(definition.common_parameters),
    parameter_format: format === 'space' || format === 'equal' ? format : '',
    default_version: text('default_version'),
    versions: entriesOf(definition.version_configs).map(([name, config]) =>
      versionDraftOf(name, isObject(config ?? null) ? (config as JsonObject) : {}),
    ),
  };
}

export function versionDraftOf(name: string, config: JsonObject): VersionDraft {
  return {
    id: newKey(),
    name,
    image_name: textOf(config.image_name),
    custom_framework: textOf(config.custom_framework),
    entrypoint: textOf(config.entrypoint),
    run_command: textOf(config.run_command),
    env: pairsOf(config.env),
    architectures: textsOf(config.architectures),
    deprecated: config.deprecated === true,
  };
}

/** Added, and nothing typed into it yet. */
export function isBlank(version: VersionDraft): boolean {
  return version.name.trim() === '' && Object.keys(configOf(version)).length === 0;
}

/** What is sent for a draft: a `BackendDefinition` as people write it. */
export function definitionOf(draft: BackendDraft): JsonObject {
  const parameters = draft.default_backend_param.map(({ text }) => text);
  return withoutUndefined({
    backend_name: lineOf(draft.backend_name),
    description: set(draft.description),
    icon: lineOf(draft.icon),
    health_check_path: lineOf(draft.health_check_path),
    default_entrypoint: set(draft.default_entrypoint),
    default_run_command: set(draft.default_run_command),
    default_env: mapOf(draft.default_env),
    default_backend_param: listOf(parameters.filter((one) => one.trim() !== '')),
    common_parameters: listOf(draft.common_parameters),
    parameter_format: set(draft.parameter_format),
    default_version: lineOf(draft.default_version),
    version_configs: Object.fromEntries(
      draft.versions
        .filter((version) => !isBlank(version))
        .map((version) => [version.name.trim(), configOf(version)]),
    ),
  });
}

export function configOf(version: VersionDraft): JsonObject {
  return withoutUndefined({
    image_name: lineOf(version.image_name),
    custom_framework: lineOf(version.custom_framework),
    entrypoint: set(version.entrypoint),
    run_command: set(version.run_command),
    env: mapOf(version.env),
    architectures: listOf(version.architectures),
    deprecated: version.deprecated ? true : undefined,
  });
}

function toRow(text: string): TextRow {
  return { id: newKey(), text };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function entriesOf(value: Json | undefined): [string, Json | undefined][] {
  return value !== undefined && isObject(value) ? Object.entries(value) : [];
}

function pairsOf(value: Json | undefined): Pair[] {
  return entriesOf(value).map(([key, item]) => ({ id: newKey(), key, value: textOf(item) }));
}

/** Several lines may be meant as they are. */
function set(value: string): string | undefined {
  return value.trim() === '' ? undefined : value;
}

function lineOf(value: string): string | undefined {
  return set(value.trim());
}

function listOf(values: readonly string[]): string[] | undefined {
  return values.length === 0 ? undefined : [...values];
}
