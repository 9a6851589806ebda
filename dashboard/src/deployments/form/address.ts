import { type Draft, emptyDraft } from './draft.ts';
import { suggestedName } from './suggested-name.ts';

/** What the address of the form may say of a deployment, for links that lead to it. */
export interface Wanted {
  backend?: string;
  source?: Draft['source'];
  repo_id?: string;
  file?: string;
  name?: string;
}

const names = ['backend', 'source', 'repo_id', 'file', 'name'] as const;
const sources: readonly Draft['source'][] = ['huggingface', 'local_path', 'none'];

/** Where the form begins with `wanted`. */
export function deployPath(wanted: Wanted): string {
  const search = new URLSearchParams();
  for (const name of names) {
    const value = wanted[name];
    if (value) search.set(name, value);
  }
  return `/deploy?${search}`;
}

/** A draft that begins with what the address says; what it says of something unknown is passed over. */
export function draftOfAddress(search: string): Draft {
  const said = new URLSearchParams(search);
  const text = (name: (typeof names)[number]) => said.get(name) ?? '';
  const repo_id = text('repo_id');
  return {
    ...emptyDraft,
    backend: text('backend'),
    source: sources.find((source) => source === text('source')) ?? emptyDraft.source,
    repo_id,
    file: text('file'),
    name: text('name') || suggestedName(repo_id),
  };
}
