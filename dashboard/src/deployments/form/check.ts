import { pointerTo } from '../../../../contract/json.ts';
import type { Finding } from '../../parts/findings.ts';
import { faultsOfPairs } from '../../parts/pairs.ts';
import { customBackend, type Draft } from './draft.ts';

/** What is missing to render a command. */
export function missingForPreview(draft: Draft): Finding[] {
  const faults: Finding[] = [];
  const need = (isThere: boolean, pointer: string, detail: string) => {
    if (!isThere) faults.push({ pointer, detail });
  };
  if (draft.source === 'huggingface') {
    need(
      draft.repo_id.trim() !== '',
      '/model/repo_id',
      'Enter a repository, such as Qwen/Qwen3-8B.',
    );
  }
  if (draft.source === 'local_path') {
    need(
      draft.path.trim() !== '',
      '/model/path',
      'Enter a path on the host, such as /models/mine.',
    );
  }
  need(draft.backend !== '', '/backend_name', 'Choose a backend, or Custom with your own image.');
  if (draft.backend === customBackend) {
    need(draft.image_name.trim() !== '', '/image_name', 'Enter the image to run.');
  }
  return faults;
}

/** What the form can tell by itself; the rest the control plane tells. */
export function faultsOf(draft: Draft): Finding[] {
  const nameless = { pointer: '/name', detail: 'Enter a name.' };
  return [
    ...missingForPreview(draft),
    ...(draft.name.trim() === '' ? [nameless] : []),
    ...(draft.replicas === '' ? [{ pointer: '/replicas', detail: 'Enter a number.' }] : []),
    ...(draft.gpu === 'count' && draft.gpu_count === ''
      ? [{ pointer: '/gpu/count', detail: 'Enter a number.' }]
      : []),
    ...faultsOfPairs(draft.env, (key) => pointerTo('env', key)),
    ...faultsOfPairs(draft.labels, (key) => pointerTo('placement', 'host_labels', key)),
  ];
}
