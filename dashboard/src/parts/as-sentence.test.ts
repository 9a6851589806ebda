import { expect, test } from 'vitest';
import { asSentence } from './as-sentence.ts';

test.each([
  ['crash loop (6 restarts)', 'Crash loop (6 restarts)'],
  ['the image vllm/vllm is being pulled', 'The image vllm/vllm is being pulled'],
  ['1 host: 1 is cordoned', '1 host: 1 is cordoned'],
  ['nvidia-smi fails: see dmesg.', 'nvidia-smi fails: see dmesg.'],
  ['It is stopped.', 'It is stopped.'],
  ['', ''],
])('words that stand alone begin with a capital, names stay as they are: %s', (text, sentence) => {
  expect(asSentence(text)).toBe(sentence);
});
