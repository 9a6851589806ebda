import type { DeploymentInput } from '../../../../contract/deployment.ts';
import type { Pair } from '../../parts/key-value-rows.tsx';
import { newKey } from '../../parts/new-key.ts';
import type { TextRow } from '../../parts/text-rows.tsx';
import { gibOf } from '../words.ts';

/** What a field for a number holds: nothing while it is left to the default. */
export type Amount = number | '';

/** A deployment as its form holds it: every field is there, and what is empty is left out of what is sent. */
export interface Draft {
  name: string;
  model_name: string;
  source: DeploymentInput['model']['source'];
  repo_id: string;
  model_revision: string;
  include: string[];
  file: string;
  token_secret: string;
  path: string;
  /** Empty: none is chosen yet. */
  backend: string;
  version: string;
  image_name: string;
  run_command: string;
  entrypoint: string;
  /** Null: the backend's own, whatever they are by then. */
  parameters: TextRow[] | null;
  env: Pair[];
  replicas: Amount;
  gpu: 'auto' | 'none' | 'count';
  gpu_count: Amount;
  gpu_memory_gib: Amount;
  strategy: DeploymentInput['placement']['strategy'];
  labels: Pair[];
  hosts: string[];
  network: DeploymentInput['network'];
  shm_gib: Amount;
  memory_gib: Amount;
  cpus: Amount;
  image_pull_policy: DeploymentInput['image_pull_policy'];
  health_path: string;
  interval_seconds: Amount;
  timeout_seconds: Amount;
  start_timeout_seconds: Amount;
  failure_threshold: Amount;
  restart_after_seconds: Amount;
  stop_grace_seconds: Amount;
  min_ready_seconds: Amount;
  deadline_seconds: Amount;
  replace_after_seconds: Amount;
}

export const customBackend = 'Custom';

export const emptyDraft: Draft = {
  name: '',
  model_name: '',
  source: 'huggingface',
  repo_id: '',
  model_revision: '',
  include: [],
  file: '',
  token_secret: '',
  path: '',
  backend: '',
  version: '',
  image_name: '',
  run_command: '',
  entrypoint: '',
  parameters: null,
  env: [],
  replicas: 1,
  gpu: 'auto',
  gpu_count: 1,
  gpu_memory_gib: '',
  strategy: 'spread',
  labels: [],
  hosts: [],
  network: 'host',
  shm_gib: '',
  memory_gib: '',
  cpus: '',
  image_pull_policy: 'if_not_present',
  health_path: '',
  interval_seconds: '',
  timeout_seconds: '',
  start_timeout_seconds: '',
  failure_threshold: '',
  restart_after_seconds: '',
  stop_grace_seconds: '',
  min_ready_seconds: '',
  deadline_seconds: '',
  replace_after_seconds: '',
};

/** A deployment as it is sent: what has a default may be left out. */
export type Spec = (typeof DeploymentInput)['_input'];

export function draftOf(spec: Spec): Draft {
  const { model = {}, placement = {}, health = {}, rollout = {}, gpu } = spec;
  return {
    name: spec.name,
    model_name: spec.model_name ?? '',
    source: model.source ?? 'none',
    repo_id: model.repo_id ?? '',
    model_revision: model.revision ?? '',
    include: model.include ?? [],
    file: model.file ?? '',
    token_secret: model.token_secret ?? '',
    path: model.path ?? '',
    backend: spec.backend_name ?? customBackend,
    version: spec.backend_version ?? '',
    image_name: spec.image_name ?? '',
    run_command: spec.run_command ?? '',
    entrypoint: spec.entrypoint ?? '',
    parameters: spec.backend_parameters?.map(toParameter) ?? null,
    env: toPairs(spec.env),
    replicas: spec.replicas ?? '',
    gpu: gpu ? (gpu.count === 0 ? 'none' : 'count') : 'auto',
    gpu_count: gpu?.count || 1,
    gpu_memory_gib: inGib(gpu?.memory_bytes),
    strategy: placement.strategy ?? 'spread',
    labels: toPairs(placement.host_labels),
    hosts: placement.hosts ?? [],
    network: spec.network ?? 'host',
    shm_gib: inGib(spec.shm_bytes),
    memory_gib: inGib(spec.memory_bytes),
    cpus: spec.cpus ?? '',
    image_pull_policy: spec.image_pull_policy ?? 'if_not_present',
    health_path: health.path ?? '',
    interval_seconds: health.interval_seconds ?? '',
    timeout_seconds: health.timeout_seconds ?? '',
    start_timeout_seconds: health.start_timeout_seconds ?? '',
    failure_threshold: health.failure_threshold ?? '',
    restart_after_seconds: health.restart_after_seconds ?? '',
    stop_grace_seconds: spec.stop_grace_seconds ?? '',
    min_ready_seconds: rollout.min_ready_seconds ?? '',
    deadline_seconds: rollout.deadline_seconds ?? '',
    replace_after_seconds: spec.replace_after_seconds ?? '',
  };
}

function toParameter(text: string): TextRow {
  return { id: newKey(), text };
}

function toPairs(map: Record<string, string> = {}): Pair[] {
  return Object.entries(map).map(([key, value]) => ({ id: newKey(), key, value }));
}

function inGib(bytes: number | undefined): Amount {
  return bytes === undefined ? '' : gibOf(bytes);
}
