import type { JsonObject } from '../../../../contract/json.ts';
import { mapOf } from '../../parts/pairs.ts';
import { withoutUndefined } from '../../parts/without-undefined.ts';
import { type Amount, customBackend, type Draft } from './draft.ts';

/** What is sent for a draft: a `DeploymentInput` as people write it, without what is left to the defaults. */
export function inputOf(draft: Draft): JsonObject {
  const isCustom = draft.backend === customBackend;
  return withoutUndefined({
    name: text(draft.name),
    model_name: text(draft.model_name),
    model: modelOf(draft),
    backend_name: isCustom ? undefined : text(draft.backend),
    backend_version: isCustom ? undefined : text(draft.version),
    image_name: text(draft.image_name),
    run_command: text(draft.run_command),
    entrypoint: text(draft.entrypoint),
    env: mapOf(draft.env),
    backend_parameters: draft.parameters
      ?.map((parameter) => parameter.text)
      .filter((one) => one.trim() !== ''),
    replicas: amount(draft.replicas),
    gpu: gpuOf(draft),
    placement: withoutUndefined({
      strategy: draft.strategy,
      host_labels: mapOf(draft.labels),
      hosts: draft.hosts.length > 0 ? draft.hosts : undefined,
    }),
    network: draft.network,
    shm_bytes: bytes(draft.shm_gib),
    memory_bytes: bytes(draft.memory_gib),
    cpus: amount(draft.cpus),
    image_pull_policy: draft.image_pull_policy,
    health: group({
      path: text(draft.health_path),
      interval_seconds: amount(draft.interval_seconds),
      timeout_seconds: amount(draft.timeout_seconds),
      start_timeout_seconds: amount(draft.start_timeout_seconds),
      failure_threshold: amount(draft.failure_threshold),
      restart_after_seconds: amount(draft.restart_after_seconds),
    }),
    stop_grace_seconds: amount(draft.stop_grace_seconds),
    rollout: group({
      min_ready_seconds: amount(draft.min_ready_seconds),
      deadline_seconds: amount(draft.deadline_seconds),
    }),
    replace_after_seconds: amount(draft.replace_after_seconds),
  });
}

/** Only the fields that belong to the chosen source: what was typed for another is kept in the form, and not sent. */
function modelOf(draft: Draft): JsonObject {
  const { source } = draft;
  if (source === 'none') return { source };
  const file = text(draft.file);
  if (source === 'local_path') return withoutUndefined({ source, path: text(draft.path), file });
  return withoutUndefined({
    source,
    repo_id: text(draft.repo_id),
    revision: text(draft.model_revision),
    include: draft.include.length > 0 ? draft.include : undefined,
    file,
    token_secret: text(draft.token_secret),
  });
}

function gpuOf({ gpu, gpu_count, gpu_memory_gib }: Draft): JsonObject | undefined {
  if (gpu === 'auto') return undefined;
  if (gpu === 'none') return { count: 0 };
  return withoutUndefined({ count: amount(gpu_count), memory_bytes: bytes(gpu_memory_gib) });
}

function text(value: string): string | undefined {
  return value.trim() === '' ? undefined : value.trim();
}

function amount(value: Amount): number | undefined {
  return value === '' ? undefined : value;
}

function bytes(gib: Amount): number | undefined {
  return gib === '' ? undefined : Math.round(gib * 1024 ** 3);
}

/** Undefined where nothing of it is set. */
function group(object: JsonObject): JsonObject | undefined {
  const rest = withoutUndefined(object);
  return Object.keys(rest).length === 0 ? undefined : rest;
}
