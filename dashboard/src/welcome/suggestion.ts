import type { Host } from '../../../contract/host.ts';
import type { JsonObject } from '../../../contract/json.ts';
import { deployPath } from '../deployments/form/address.ts';
import { suggestedName } from '../deployments/form/suggested-name.ts';
import { sizeText } from '../parts/size-text.ts';
import type { Choice } from './choices.ts';

/** A first deployment that the hosts have room for. */
export interface Suggestion {
  name: string;
  backend: string;
  /** Null: the backend brings what it serves. */
  model: { repo_id: string; file?: string } | null;
  /** For people: what it is, and what it takes. */
  text: string;
}

const GIB = 1024 ** 3;
const gguf = { repo_id: 'Qwen/Qwen3-0.6B-GGUF', file: 'Qwen3-0.6B-Q8_0.gguf' };
const smallest = { repo_id: 'Qwen/Qwen3-0.6B', download: '1.5 GB' };
/** From the largest down, each with the GPU memory that is comfortable for it. */
const larger = [
  { repo_id: 'Qwen/Qwen3-4B', download: '8 GB', gpuBytes: 20 * GIB },
  { repo_id: 'Qwen/Qwen3-1.7B', download: '4 GB', gpuBytes: 11 * GIB },
];

/** Something small, so that the first answer comes soon. `taken`: names of deployments that there are. */
export function suggestionFor(
  { name: backend, takesModel, runsOn }: Choice,
  hosts: readonly Pick<Host, 'inventory'>[],
  taken: readonly string[],
): Suggestion {
  if (!takesModel) {
    const text = `${backend} includes its own model.`;
    return { name: freeName('hello', taken), backend, model: null, text };
  }
  if (backend === 'llama.cpp') {
    const text = 'Small and quick to start: 640 MB to download, and 2 GB of memory.';
    const name = freeName(suggestedName(smallest.repo_id), taken);
    return { name, backend, model: gguf, text };
  }
  const memory = largestGpu(hosts, runsOn);
  const { repo_id, download } = larger.find(({ gpuBytes }) => gpuBytes <= memory) ?? smallest;
  const on = memory > 0 ? `fits a GPU of ${sizeText(memory)}` : 'runs on CPUs, slowly';
  return {
    name: freeName(suggestedName(repo_id), taken),
    backend,
    model: { repo_id },
    text: `Small and quick to start: ${download} to download. It ${on}.`,
  };
}

/** As it is sent. */
export function inputOf({ name, backend, model }: Suggestion): JsonObject {
  return {
    name,
    backend_name: backend,
    model: model === null ? { source: 'none' } : { source: 'huggingface', ...model },
  };
}

/** The form with it filled in. */
export function formPath({ name, backend, model }: Suggestion): string {
  return deployPath({ name, backend, ...(model ?? { source: 'none' }) });
}

/** The memory of the largest GPU that one of these frameworks drives; 0 where there is none. */
function largestGpu(
  hosts: readonly Pick<Host, 'inventory'>[],
  frameworks: readonly string[],
): number {
  const gpus = hosts.flatMap(({ inventory }) => inventory?.gpus ?? []);
  const usable = gpus.filter(({ framework }) => frameworks.includes(framework));
  return Math.max(0, ...usable.map(({ memory_bytes }) => memory_bytes));
}

function freeName(wanted: string, taken: readonly string[]): string {
  let name = wanted;
  for (let count = 2; taken.includes(name); count += 1) name = `${wanted}-${count}`;
  return name;
}
