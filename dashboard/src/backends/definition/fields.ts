import type {
  BackendDefinition,
  ignoredBackendKeys,
  ignoredVersionKeys,
  VersionConfig,
} from '../../../../contract/backend.ts';

/** What may stand at a key, and words that are suggested there. */
export interface Field {
  kind: 'text' | 'texts' | 'text_map' | 'flag' | 'word' | 'versions';
  about: string;
  words?: readonly string[];
  isRequired?: boolean;
}

export const frameworks = [
  'cuda',
  'rocm',
  'cann',
  'musa',
  'dtk',
  'corex',
  'maca',
  'neuware',
  'hggc',
  'cpu',
] as const;

export const architectures = [
  'amd64',
  'arm64',
  '386',
  'arm',
  'ppc64le',
  's390x',
  'riscv64',
  'loong64',
] as const;

/** In the order in which people read them. */
export const backendFields: Record<keyof BackendDefinition, Field> = {
  backend_name: { kind: 'text', about: 'The name; it cannot be changed later', isRequired: true },
  description: { kind: 'text', about: 'A short description' },
  icon: { kind: 'text', about: 'The icon, as a data URI' },
  health_check_path: { kind: 'text', about: 'Path for health checks; default /v1/models' },
  default_entrypoint: { kind: 'text', about: "Replaces the image's entrypoint" },
  default_run_command: { kind: 'text', about: 'Command for versions without their own' },
  default_env: { kind: 'text_map', about: 'Variables for every version' },
  default_backend_param: { kind: 'texts', about: 'Parameters for deployments that set none' },
  common_parameters: { kind: 'texts', about: 'Suggested parameters' },
  parameter_format: {
    kind: 'word',
    about: '--name value, or --name=value',
    words: ['space', 'equal'],
  },
  default_version: { kind: 'text', about: 'Used wherever it fits' },
  version_configs: { kind: 'versions', about: 'Its versions, by name', isRequired: true },
};

export const versionFields: Record<keyof VersionConfig, Field> = {
  image_name: { kind: 'text', about: 'The container image', isRequired: true },
  custom_framework: {
    kind: 'text',
    about: 'The accelerator the image is built for',
    words: frameworks,
    isRequired: true,
  },
  entrypoint: { kind: 'text', about: "Replaces the backend's default_entrypoint" },
  run_command: { kind: 'text', about: "Replaces the backend's default_run_command" },
  env: { kind: 'text_map', about: "Added to the backend's default_env, and overrides it" },
  architectures: {
    kind: 'texts',
    about: 'Processor architectures the image is built for',
    words: architectures,
  },
  deprecated: {
    kind: 'flag',
    about: 'Used only by deployments that name it',
    words: ['true', 'false'],
  },
};

type Keys<List extends readonly string[]> = Record<List[number], true>;

/** Read-only keys of an export, which an import ignores: as `contract/backend.ts` lists them. */
export const ignoredInBackend: Keys<typeof ignoredBackendKeys> = {
  source: true,
  enabled: true,
  is_built_in: true,
  frameworks: true,
  framework_index_map: true,
  built_in_version_configs: true,
  built_in_versions: true,
  update_available: true,
  revision: true,
  in_use_by: true,
  id: true,
  backend_source: true,
  created_at: true,
  updated_at: true,
  deleted_at: true,
  allowed_proxy_uris: true,
  owner_principal_id: true,
};

export const ignoredInVersion: Keys<typeof ignoredVersionKeys> = {
  built_in_frameworks: true,
  is_built_in: true,
  is_default: true,
  in_use_by: true,
  version: true,
};

/** What a command may hold, besides variables and secrets. */
export const placeholders: Record<string, string> = {
  model_path: 'path of the model in the container',
  model_name: 'the name it is served under',
  worker_ip: 'the address to listen on',
  port: 'the port to listen on',
  gpu_count: 'number of GPUs granted',
  gpu_ids: 'their indexes, separated by commas',
};
