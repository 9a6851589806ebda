import type { Deployment, DeploymentInput } from '../../../contract/deployment.ts';
import { asSentence } from '../parts/as-sentence.ts';

type Served = Pick<DeploymentInput, 'backend_name' | 'backend_version' | 'image_name'>;

export function isCustom({ backend_name: name }: Served): boolean {
  return name === undefined || name.toLowerCase() === 'custom';
}

/** What serves it: `vLLM 0.29.0`, `vLLM, version chosen for its host`, or the image that it brings. */
export function servedBy(deployment: Served): { name: string; version: string } {
  if (isCustom(deployment))
    return { name: deployment.image_name ?? 'Custom', version: 'own image' };
  return {
    name: deployment.backend_name ?? '',
    version: deployment.backend_version ?? 'automatic version',
  };
}

/** Such as `Qwen/Qwen3-8B`; null without a model. */
export function modelOf({ model }: Pick<DeploymentInput, 'model'>): string | null {
  if (model.source === 'none') return null;
  const place = model.source === 'huggingface' ? model.repo_id : model.path;
  const file = model.file ? ` / ${model.file}` : '';
  return `${place ?? ''}${file}`;
}

export function gpusOf({ gpu }: Pick<DeploymentInput, 'gpu'>): string {
  if (!gpu) return 'automatic';
  if (gpu.count === 0) return 'none';
  const share = gpu.memory_bytes ? `, ${gibOf(gpu.memory_bytes)} GiB of each` : '';
  return `${gpu.count}${share}`;
}

export function gibOf(bytes: number): number {
  return bytes / 1024 ** 3;
}

/** What keeps it from serving all that is wanted, or from being gone; empty where nothing does. */
export function hitchOf({ status: { phase, message } }: Pick<Deployment, 'status'>): string {
  if (phase === 'available' || phase === 'stopped') return '';
  // The count has a column of its own.
  return asSentence(message.replace(/^\d+ of \d+ ready\.\s*/, ''));
}

/** How many instances are wanted now. */
export function wantedOf({ stopped, replicas }: Pick<Deployment, 'stopped' | 'replicas'>): number {
  return stopped ? 0 : replicas;
}
