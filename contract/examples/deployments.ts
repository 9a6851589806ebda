import type * as z from 'zod';
import {
  type Deployment,
  DeploymentInput,
  type DeploymentRevision,
  type RollbackInput,
} from '../deployment.ts';
import type { Event } from '../event.ts';
import type { Instance, InstanceDetail } from '../instance.ts';
import type { LaunchSpec } from '../launch-spec.ts';
import type { Preview, PreviewRequest } from '../preview.ts';

const input: z.input<typeof DeploymentInput> = {
  name: 'chat',
  model: { source: 'huggingface', repo_id: 'Qwen/Qwen3-8B' },
  backend_name: 'my-vllm',
  backend_parameters: ['--max-model-len 16384'],
  replicas: 2,
  gpu: { count: 1 },
  placement: { host_labels: { zone: 'a' } },
};

const created_at = '2026-01-31T12:00:00.000Z';
const updated_at = '2026-01-31T12:03:10.250Z';
const instanceId = 'ins_01a0f0c2d4b7743f9d3a3f6e2c51b0ac';
const url = 'http://10.0.0.7:40000';
const hostId = 'host_01a0f0c2d4b7743f9d3a3f6e2c51b0ad';
const gpu = {
  framework: 'cuda',
  uuids: ['GPU-5a1c7f2e-0000-0000-0000-000000000000'],
  indexes: [0],
};
const backend = { backend_name: 'my-vllm', version: '0.11.0', revision: 2 };

const deployment: Deployment = {
  id: 'dep_01a0f0c2d4b7743f9d3a3f6e2c51b0ab',
  ...DeploymentInput.parse(input),
  revision: 1,
  stopped: false,
  status: {
    phase: 'available',
    message: '2 of 2 instances are ready.',
    ready_replicas: 2,
    endpoints: [{ instance_id: instanceId, url }],
    host_ids: [hostId],
    rollout: { state: 'complete', updated_replicas: 2, good_revision: 1, message: null },
    backend_update_available: false,
    secrets_changed: [],
  },
  created_at,
  updated_at,
};

const revision: DeploymentRevision = {
  revision: 2,
  author: 'admin',
  cause: 'change',
  spec: DeploymentInput.parse({ ...input, replicas: 3 }),
  changes: [{ pointer: '/replicas', change: 'changed', before: 2, after: 3 }],
  created_at: updated_at,
};

const instance: Instance = {
  id: instanceId,
  deployment: 'chat',
  deployment_revision: 1,
  generation: 1,
  state: 'running',
  reason: null,
  message: 'It is ready.',
  host_id: hostId,
  host_name: 'gpu-1',
  url,
  backend,
  image: 'vllm/vllm-openai:v0.11.0',
  image_digest: null,
  gpu,
  restarts: 0,
  exit: null,
  container_id: '4f1d2c3b5a69',
  retry_at: null,
  created_at,
  started_at: '2026-01-31T12:01:02.000Z',
  ready_at: '2026-01-31T12:03:10.000Z',
  updated_at,
};

const launchSpec: LaunchSpec = {
  instance_id: instanceId,
  generation: 1,
  deployment: { id: deployment.id, name: 'chat', revision: 1 },
  backend,
  image: 'vllm/vllm-openai:v0.11.0',
  image_pull_policy: 'if_not_present',
  entrypoint: null,
  args: ['/models/Qwen/Qwen3-8B', '--port', '40000', '--served-model-name', 'chat'],
  env: { HF_HUB_OFFLINE: '1' },
  model: { source: 'huggingface', repo_id: 'Qwen/Qwen3-8B', path: '/models/Qwen/Qwen3-8B' },
  gpu,
  network: 'host',
  worker_ip: '10.0.0.7',
  port: 40_000,
  mounts: [],
  shm_bytes: 10_737_418_240,
  memory_bytes: null,
  cpus: null,
  health: {
    path: '/health',
    interval_seconds: 10,
    timeout_seconds: 5,
    start_timeout_seconds: 3600,
    failure_threshold: 3,
    restart_after_seconds: 300,
  },
  stop_grace_seconds: 30,
};

const instanceDetail: InstanceDetail = { ...instance, launch_spec: launchSpec, host_reasons: [] };

const event: Event = {
  id: 'evt_01a0f0c2d4b7743f9d3a3f6e2c51b0ae',
  time: '2026-01-31T12:03:10.000Z',
  type: 'ready',
  message: 'It is ready.',
  instance_id: instanceId,
  host_id: hostId,
  generation: 1,
  count: 1,
  first_time: '2026-01-31T12:03:10.000Z',
  until: null,
};

const previewRequest: z.input<typeof PreviewRequest> = {
  deployment: input,
  host: { worker_ip: '10.0.0.7', port: 40_000, gpu_indexes: [0], frameworks: ['cuda'] },
};

const preview: Preview = {
  launch_spec: launchSpec,
  warnings: [],
  env_sources: { HF_HUB_OFFLINE: 'default' },
  command_line: '/models/Qwen/Qwen3-8B --port 40000 --served-model-name chat',
};

const rollback: z.infer<typeof RollbackInput> = { revision: 1 };

export const deploymentExamples = {
  Deployment: deployment,
  DeploymentInput: input,
  DeploymentPatch: { replicas: 3, env: { LOG_LEVEL: null } },
  DeploymentRevision: revision,
  Event: event,
  Instance: instance,
  InstanceDetail: instanceDetail,
  LaunchSpec: launchSpec,
  Preview: preview,
  PreviewRequest: previewRequest,
  RollbackInput: rollback,
};
