import type * as z from 'zod';
import type {
  Backend,
  BackendDefinition,
  BackendDiff,
  BackendRevision,
  BackendRevisionDetail,
  BackendVersion,
  CatalogueItem,
  VersionConfig,
} from '../backend.ts';

const version: VersionConfig = {
  image_name: 'vllm/vllm-openai:v0.11.0',
  custom_framework: 'cuda',
  run_command: '{{model_path}} --port {{port}} --served-model-name {{model_name}}',
};

const definition: BackendDefinition = {
  backend_name: 'my-vllm',
  description: 'vLLM with our defaults',
  health_check_path: '/health',
  default_env: { HF_HUB_OFFLINE: '1' },
  default_backend_param: ['--max-model-len 8192'],
  common_parameters: ['--max-model-len', '--gpu-memory-utilization'],
  version_configs: { '0.11.0': version },
  default_version: '0.11.0',
};

const created_at = '2026-01-31T12:00:00.000Z';
const revision: BackendRevision = { revision: 2, author: 'admin', created_at };

const detail: BackendRevisionDetail = { ...revision, definition };

const backend: Backend = {
  id: 'bkd_01a0f0c2d4b7743f9d3a3f6e2c51b0aa',
  ...definition,
  source: 'custom',
  is_built_in: false,
  built_in_versions: [],
  update_available: false,
  frameworks: ['cuda'],
  revision: 2,
  in_use_by: [{ deployment: 'chat', version: '0.11.0' }],
  created_at,
  updated_at: '2026-02-01T08:30:00.000Z',
};

const backendVersion: BackendVersion = {
  version: '0.11.0',
  ...version,
  deprecated: false,
  is_built_in: false,
  is_default: true,
  in_use_by: ['chat'],
};

const diff: z.infer<typeof BackendDiff> = {
  from: 1,
  to: 2,
  differences: [
    {
      pointer: '/default_env/HF_HUB_OFFLINE',
      change: 'added',
      before: null,
      after: '1',
    },
  ],
};

const catalogueItem: CatalogueItem = {
  ...definition,
  backend_name: 'sglang',
  description: 'SGLang',
  source: 'community',
  frameworks: ['cuda'],
  enabled: false,
  update_available: false,
};

export const backendExamples = {
  Backend: backend,
  BackendDefinition: definition,
  BackendPatch: { description: 'vLLM with longer contexts', default_env: { HF_HUB_OFFLINE: null } },
  DefinitionYaml:
    'backend_name: my-vllm\nversion_configs:\n  0.11.0:\n    image_name: vllm/vllm-openai:v0.11.0\n    custom_framework: cuda\n',
  VersionConfig: version,
  VersionConfigYaml: 'image_name: vllm/vllm-openai:v0.11.0\ncustom_framework: cuda\n',
  BackendVersion: backendVersion,
  BackendRevision: revision,
  BackendRevisionDetail: detail,
  BackendDiff: diff,
  CatalogueItem: catalogueItem,
};
