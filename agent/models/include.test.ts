import { describe, expect, test } from 'vitest';
import { matcherOf, neededBy } from './include.ts';

describe('patterns mean what they mean to huggingface_hub', () => {
  // Each line was answered by Python 3.11's fnmatch.fnmatchcase.
  test.each([
    ['*.safetensors', 'model.safetensors', true],
    ['*.safetensors', 'unet/model.safetensors', true],
    ['*.safetensors', 'model.safetensors.index.json', false],
    ['unet/*', 'unet/a/b.json', true],
    ['unet/*', 'vae/a.json', false],
    ['model-0000?-of-00002.bin', 'model-00001-of-00002.bin', true],
    ['model-0000?-of-00002.bin', 'model-000010-of-00002.bin', false],
    ['[a-c]*.txt', 'b.txt', true],
    ['[a-c]*.txt', 'd.txt', false],
    ['[!a-c]*.txt', 'd.txt', true],
    ['[]x].txt', '].txt', true],
    ['[x-].txt', '-.txt', true],
    ['[.txt', '[.txt', true],
    ['*.JSON', 'a.json', false],
    ['{a,b}.txt', 'a.txt', false],
    ['a\\*', 'a\\b', true],
    ['*Q4_K_M*', 'sub/x-Q4_K_M-00001.gguf', true],
    ['', '', true],
    ['*', '', true],
  ])('%s, %s: %s', (pattern, path, expected) => {
    expect(matcherOf(pattern)(path)).toBe(expected);
  });

  test('one that ends in a slash means all below it', () => {
    expect(matcherOf('vae/')('vae/config.json')).toBe(true);
    expect(matcherOf('vae/')('vae2/config.json')).toBe(false);
  });

  test('one with many stars does not take for ever', () => {
    expect(matcherOf(`${'a*'.repeat(100)}b`)('a'.repeat(1000))).toBe(false);
  });
});

describe('the files that a model needs', () => {
  test('are all of them when it says nothing', () => {
    expect(neededBy({ include: null, file: null })('any/file')).toBe(true);
  });

  test('are the one file, and those that `include` adds', () => {
    const needed = neededBy({ file: 'a.gguf', include: ['*.json'] });
    expect(['a.gguf', 'b.gguf', 'config.json'].filter(needed)).toEqual(['a.gguf', 'config.json']);
  });

  test('are all parts of a split GGUF', () => {
    const needed = neededBy({ include: null, file: 'q4/m-00001-of-00002.gguf' });
    const files = ['q4/m-00001-of-00002.gguf', 'q4/m-00002-of-00002.gguf'];
    expect(
      [...files, 'q4/m-00001-of-00003.gguf', 'q8/m-00002-of-00002.gguf'].filter(needed),
    ).toEqual(files);
  });
});
