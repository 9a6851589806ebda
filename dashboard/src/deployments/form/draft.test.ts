import { describe, expect, test } from 'vitest';
import { DeploymentInput } from '../../../../contract/deployment.ts';
import { mergePatchOf, withMergePatch } from '../../parts/merge-patch.ts';
import { draftOf, emptyDraft } from './draft.ts';
import { inputOf } from './to-input.ts';

const full = DeploymentInput.parse({
  name: 'chat',
  model_name: 'qwen',
  model: {
    source: 'huggingface',
    repo_id: 'Qwen/Qwen3-8B',
    revision: 'v1',
    include: ['*.json', '*.safetensors'],
    file: 'a.gguf',
    token_secret: 'hf',
  },
  backend_name: 'vLLM',
  backend_version: '0.29.0',
  image_name: 'mine:1',
  run_command: 'serve {{model_path}}',
  entrypoint: 'vllm',
  env: { A: '1', B: '' },
  backend_parameters: ['--max-model-len 16384', '--enforce-eager'],
  replicas: 3,
  gpu: { count: 2, memory_bytes: 10_000_000_001 },
  placement: { strategy: 'binpack', host_labels: { zone: 'a' }, hosts: ['gpu-1'] },
  network: 'bridge',
  shm_bytes: 12_345_678,
  memory_bytes: 6 * 1024 * 1024,
  cpus: 1.5,
  image_pull_policy: 'always',
  health: { path: '/health', interval_seconds: 7 },
  stop_grace_seconds: 0,
  rollout: { min_ready_seconds: 5 },
  replace_after_seconds: 60,
});

describe('the form of a deployment', () => {
  test('gives back each field of what it was filled with, to the byte', () => {
    expect(inputOf(draftOf(full))).toEqual(JSON.parse(JSON.stringify(full)));
  });

  test('keeps "none of the backend\'s parameters" and "no GPU" apart from "nothing said"', () => {
    const none = { ...full, backend_parameters: [], gpu: { count: 0 } };
    expect(inputOf(draftOf(none))).toMatchObject({ backend_parameters: [], gpu: { count: 0 } });
    const { backend_parameters, gpu, ...silent } = full;
    const input = inputOf(draftOf(silent));
    expect(input).not.toHaveProperty('backend_parameters');
    expect(input).not.toHaveProperty('gpu');
  });

  test('sends what was written, and leaves the rest to the defaults', () => {
    const draft = { ...emptyDraft, name: ' chat ', repo_id: 'a/b', backend: 'vLLM' };
    expect(inputOf(draft)).toEqual({
      name: 'chat',
      model: { source: 'huggingface', repo_id: 'a/b' },
      backend_name: 'vLLM',
      replicas: 1,
      placement: { strategy: 'spread' },
      network: 'host',
      image_pull_policy: 'if_not_present',
    });
  });
});

describe('a change is sent as a merge patch', () => {
  const before = { name: 'a', env: { A: '1', B: '2' }, list: [1, 2], model: { source: 'none' } };
  const after = { name: 'a', env: { A: '1', C: '3' }, list: [2], model: { source: 'x', p: '/p' } };
  const patch = mergePatchOf(before, after);

  test('that holds only what differs', () => {
    expect(patch).toEqual({
      env: { B: null, C: '3' },
      list: [2],
      model: { source: 'x', p: '/p' },
    });
    expect(mergePatchOf(before, before)).toEqual({});
  });

  test('and makes the one of the other, also on top of what somebody else changed', () => {
    expect(withMergePatch(before, patch)).toEqual(after);
    const theirs = { ...before, replicas: 3, env: { ...before.env, D: '4' } };
    expect(withMergePatch(theirs, patch)).toEqual({
      ...after,
      replicas: 3,
      env: { A: '1', C: '3', D: '4' },
    });
  });
});
