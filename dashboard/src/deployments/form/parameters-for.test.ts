import { expect, test } from 'vitest';
import { parametersFor } from './parameters-for.ts';

const before = ['--slots 4', '--quiet'];
const after = ['--threads 8'];

test.each([
  ['nothing written', null, null],
  ['only what the old backend said', ['--slots 4', '--quiet'], null],
  ['all of it taken away', [], null],
  ['one changed', ['--slots 8', '--quiet'], ['--threads 8', '--slots 8']],
  ['one added, and a blank row', ['--slots 4', '--mine', ' '], ['--threads 8', '--mine']],
  ['what the new one says too', ['--threads 8', '--mine'], ['--threads 8', '--mine']],
])('with another backend: %s', (_, written, kept) => {
  const rows = written?.map((text, index) => ({ id: String(index), text })) ?? null;
  expect(parametersFor(rows, before, after)?.map(({ text }) => text) ?? null).toEqual(kept);
});
