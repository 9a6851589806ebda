import { expect, test } from 'vitest';
import { deployPath, draftOfAddress } from './address.ts';
import { emptyDraft } from './draft.ts';

const searchOf = (path: string) => path.slice(path.indexOf('?') + 1);

test('the form begins with what the link to it says', () => {
  const path = deployPath({ backend: 'a b&c', repo_id: 'Qwen/Qwen3-0.6B', file: 'x.gguf' });
  expect(draftOfAddress(searchOf(path))).toEqual({
    ...emptyDraft,
    backend: 'a b&c',
    repo_id: 'Qwen/Qwen3-0.6B',
    file: 'x.gguf',
    name: 'qwen3-0-6b',
  });
  const none = deployPath({ backend: 'engine', source: 'none', name: 'hello' });
  expect(draftOfAddress(searchOf(none))).toMatchObject({ source: 'none', name: 'hello' });
});

test('an address that says nothing, or nonsense, begins an empty form', () => {
  expect(draftOfAddress('')).toEqual(emptyDraft);
  expect(draftOfAddress('source=moon&replicas=7')).toEqual(emptyDraft);
});
