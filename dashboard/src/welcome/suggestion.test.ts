import { expect, test } from 'vitest';
import type { Backend, CatalogueItem, VersionConfig } from '../../../contract/backend.ts';
import type { Host } from '../../../contract/host.ts';
import { hostWith } from '../hosts/host-of-test.ts';
import { choicesOf } from './choices.ts';
import { formPath, inputOf, suggestionFor } from './suggestion.ts';

const GIB = 1024 ** 3;

function hostWithGpus(framework: string, memory_bytes: number, count = 1): Host {
  const { inventory, ...host } = hostWith();
  const gpus = Array.from({ length: count }, (_, index) => ({
    framework,
    index,
    uuid: `GPU-${index}`,
    name: 'x',
    memory_bytes,
  }));
  return { ...host, inventory: inventory && { ...inventory, gpus } };
}

const onlyCpu = hostWithGpus('cpu', 0, 0);

function versions(frameworks: readonly string[]): Record<string, VersionConfig> {
  return Object.fromEntries(
    frameworks.map((custom_framework) => [custom_framework, { image_name: 'x', custom_framework }]),
  );
}

function backend(name: string, frameworks: string[], change: Partial<Backend> = {}): Backend {
  return {
    id: null,
    backend_name: name,
    default_run_command: 'serve {{model_path}}',
    version_configs: versions(frameworks),
    source: 'built_in',
    is_built_in: true,
    built_in_versions: [],
    update_available: false,
    frameworks,
    revision: 1,
    in_use_by: [],
    created_at: null,
    updated_at: null,
    ...change,
  };
}

function community(name: string, frameworks: string[]): CatalogueItem {
  return {
    backend_name: name,
    default_run_command: 'serve {{model_path}}',
    version_configs: versions(frameworks),
    source: 'community',
    frameworks,
    enabled: false,
    update_available: false,
  };
}

const builtIn = [
  backend('MindIE', ['cann']),
  backend('SGLang', ['cuda', 'rocm']),
  backend('vLLM', ['cuda', 'rocm', 'cpu']),
];
const shipped = [community('Ollama', ['cuda', 'cpu']), community('llama.cpp', ['cuda', 'cpu'])];
const namesFor = (hosts: Host[], own: Backend[] = []) =>
  choicesOf([...own, ...builtIn], shipped, hosts)
    .filter(({ why }) => why === null)
    .map(({ name }) => name);

test.each<[string, Host[], string[]]>([
  ['NVIDIA', [hostWithGpus('cuda', GIB)], ['vLLM', 'SGLang', 'llama.cpp', 'Ollama']],
  ['Ascend', [hostWithGpus('cann', GIB)], ['MindIE', 'llama.cpp', 'vLLM', 'Ollama']],
  ['no GPU', [onlyCpu], ['llama.cpp', 'vLLM', 'Ollama']],
  ['no host', [], []],
])('what can run comes in the order to try it: %s', (_, hosts, names) => {
  expect(namesFor(hosts)).toEqual(names);
});

test('a backend of one’s own comes before all, and what no host can run says why', () => {
  const own = backend('mine', ['cpu'], { source: 'custom', default_run_command: 'serve' });
  expect(namesFor([hostWithGpus('cuda', GIB)], [own])[0]).toBe('mine');
  const all = choicesOf(builtIn, shipped, [onlyCpu]);
  expect(all.find(({ name }) => name === 'MindIE')?.why).toBe('no host has a cann GPU');
  expect(choicesOf(builtIn, [], [])[0]?.why).toBe('no host is enrolled yet');
});

test.each<[string, Host, string]>([
  ['a large GPU', hostWithGpus('cuda', 80 * GIB), 'Qwen/Qwen3-4B'],
  ['a GPU of 16 GiB', hostWithGpus('cuda', 16 * GIB), 'Qwen/Qwen3-1.7B'],
  ['a small GPU', hostWithGpus('cuda', 8 * GIB), 'Qwen/Qwen3-0.6B'],
  ['a large GPU that it cannot drive', hostWithGpus('cann', 64 * GIB), 'Qwen/Qwen3-0.6B'],
])('the model that is suggested fits: %s', (_, host, repo_id) => {
  const [choice] = choicesOf([backend('vLLM', ['cuda', 'cpu'])], [], [host]);
  if (!choice) throw new Error('there is no choice');
  expect(suggestionFor(choice, [host], []).model).toEqual({ repo_id });
});

test('llama.cpp gets one file, what brings its model gets none, and no name is taken twice', () => {
  const [llama] = choicesOf([], [community('llama.cpp', ['cpu'])], [onlyCpu]);
  if (!llama) throw new Error('there is no choice');
  const suggestion = suggestionFor(llama, [onlyCpu], ['qwen3-0-6b']);
  expect(inputOf(suggestion)).toEqual({
    name: 'qwen3-0-6b-2',
    backend_name: 'llama.cpp',
    model: {
      source: 'huggingface',
      repo_id: 'Qwen/Qwen3-0.6B-GGUF',
      file: 'Qwen3-0.6B-Q8_0.gguf',
    },
  });
  const own = backend('stand-in', ['cpu'], { source: 'custom', default_run_command: 'serve' });
  const [standIn] = choicesOf([own], [], [onlyCpu]);
  if (!standIn) throw new Error('there is no choice');
  const none = suggestionFor(standIn, [onlyCpu], []);
  expect(inputOf(none)).toMatchObject({ name: 'hello', model: { source: 'none' } });
  expect(formPath(none)).toBe('/deploy?backend=stand-in&source=none&name=hello');
});
