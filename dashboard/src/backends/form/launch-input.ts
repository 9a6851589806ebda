import { isObject } from '../../../../contract/differences.ts';
import { type Json, type JsonObject, pointerTo } from '../../../../contract/json.ts';

/** Stands for the model and the deployment that somebody will choose. */
export const exampleModel = 'Qwen/Qwen3-8B';

export interface LaunchInput {
  deployment: JsonObject;
  host: JsonObject;
}

/**
 * The preview of a version of a definition that is not saved yet: a deployment without a backend that says itself all
 * that the definition says. Null where it has no image yet.
 */
export function launchInputOf(definition: JsonObject, version: string): LaunchInput | null {
  const config = configOf(definition, version);
  if (config?.image_name === undefined) return null;
  const framework = config.custom_framework ?? 'cpu';
  return {
    deployment: {
      name: 'qwen3-8b',
      backend_name: 'Custom',
      image_name: config.image_name,
      run_command: config.run_command ?? definition.default_run_command,
      entrypoint: config.entrypoint ?? definition.default_entrypoint,
      env: { ...objectOf(definition.default_env), ...objectOf(config.env) },
      backend_parameters: definition.default_backend_param ?? [],
      model: { source: 'huggingface', repo_id: exampleModel },
      health: { path: definition.health_check_path ?? '/v1/models' },
    },
    host:
      framework === 'cpu'
        ? { gpu_indexes: [] }
        : { gpu_indexes: [0], frameworks: [framework, 'cpu'] },
  };
}

/** Where in the definition stands what is found at `pointer` of such a preview. */
export function placeInDefinition(
  pointer: string,
  definition: JsonObject,
  version: string,
): string {
  const own = pointer.replace(/^\/deployment(?=\/|$)/, '');
  const [, key = '', ...rest] = own.split('/');
  const config = configOf(definition, version) ?? {};
  const at = pointerTo('version_configs', version);
  const tail = rest.map((step) => `/${step}`).join('');
  const either = (inVersion: string, inBackend: string) =>
    config[inVersion] === undefined ? `/${inBackend}` : `${at}/${inVersion}`;
  switch (key) {
    case 'run_command':
      return either('run_command', 'default_run_command');
    case 'entrypoint':
      return either('entrypoint', 'default_entrypoint');
    case 'image_name':
      return `${at}/image_name`;
    case 'env': {
      const isOwn = Object.hasOwn(objectOf(config.env), rest[0] ?? '');
      return (isOwn ? `${at}/env` : '/default_env') + tail;
    }
    case 'backend_parameters':
      return `/default_backend_param${tail}`;
    case 'health':
      return '/health_check_path';
    case 'host':
      return rest[0] === 'frameworks' ? `${at}/custom_framework` : '';
    default:
      return '';
  }
}

export function versionsOf(definition: JsonObject): string[] {
  return Object.keys(objectOf(definition.version_configs));
}

function configOf(definition: JsonObject, version: string): JsonObject | undefined {
  const configs = objectOf(definition.version_configs);
  return Object.hasOwn(configs, version) ? objectOf(configs[version]) : undefined;
}

function objectOf(value: Json | undefined): JsonObject {
  return value !== undefined && isObject(value) ? value : {};
}
