import { expect, test } from 'vitest';
import { Failure } from '../../contract/failure.ts';
import { measureJson } from './measure.ts';
import { parseYaml } from './yaml.ts';

const mebibyte = 1024 * 1024;

/** The first error that reading `text` throws; null: it is read. */
function errorOf(read: (text: string) => unknown, text: string) {
  try {
    read(text);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    const { code, errors } = error as Failure; // the line before says so
    expect(code).toBe('malformed_body');
    return errors[0];
  }
}

const nested = (levels: number, indent: (level: number) => string, end = '') =>
  Array.from({ length: levels }, (_, level) => indent(level)).join('') + end;

test.each<[string, string, Record<string, unknown>]>([
  [
    'levels of JSON',
    `{\n"a": ${'['.repeat(40)}${']'.repeat(40)}}`,
    { code: 'nested_too_deep', line: 2 },
  ],
  ['values of JSON', `[\n${'1,\n'.repeat(200_000)}1]`, { code: 'too_many_values', line: 100_001 }],
])('JSON is refused before it is parsed: too many %s', (_what, text, error) => {
  expect(errorOf(measureJson, text)).toMatchObject(error);
});

test.each([
  ['a string of brackets', `{"a": "${'['.repeat(1000)}\\"${'{'.repeat(1000)}"}`],
  [
    'many objects beside each other',
    `[${Array.from({ length: 1000 }, () => '{"a": [1]}').join(',')}]`,
  ],
  ['32 levels', `${'['.repeat(32)}${']'.repeat(32)}`],
])('JSON with %s is no more than it is', (_what, text) => {
  expect(errorOf(measureJson, text)).toBeNull();
  expect(() => JSON.parse(text)).not.toThrow();
});

test.each<[string, string, string]>([
  ['flow sequences', `a: ${'['.repeat(1000)}`, 'nested_too_deep'],
  ['flow maps', `a: ${'{a: '.repeat(1000)}`, 'nested_too_deep'],
  ['sequences in one line', `${'- '.repeat(1000)}a`, 'nested_too_deep'],
  ['explicit keys', `${'? '.repeat(1000)}a`, 'nested_too_deep'],
  ['block maps', nested(1000, (level) => `${' '.repeat(level)}a:\n`), 'nested_too_deep'],
  [
    'sequences below maps',
    nested(500, (level) => `${' '.repeat(2 * level)}- a:\n`),
    'nested_too_deep',
  ],
  ['levels by tabs', `${'-\t'.repeat(1000)}a`, 'nested_too_deep'],
  ['items', '- a\n'.repeat(mebibyte / 4), 'too_many_values'],
  ['keys', Array.from({ length: 100_000 }, (_, i) => `k${i}: 1\n`).join(''), 'too_many_values'],
  ['nothings', `a: [${','.repeat(mebibyte)}]`, 'too_many_values'],
  ['comments', '#\n'.repeat(mebibyte / 2), 'too_many_values'],
  ['anchors', `a: ${'&a '.repeat(mebibyte / 3)}x`, 'too_many_values'],
  ['aliases', `- &a a\n${'- *a\n'.repeat(mebibyte / 5)}`, 'too_many_values'],
  ['documents', '---\n'.repeat(mebibyte / 4), 'too_many_values'],
  ['directives', `${'%A b\n'.repeat(mebibyte / 5)}---\na: 1`, 'too_many_directives'],
  ['characters of a plain scalar', `a: ${'x'.repeat(mebibyte)}`, 'text_too_long'],
  ['characters of a number', `a: ${'1'.repeat(mebibyte)}`, 'text_too_long'],
  ['characters in quotes', `a: "${'\\n'.repeat(mebibyte / 2)}"`, 'text_too_long'],
  ['lines of a block', `a: |\n${'  x\n'.repeat(mebibyte / 4)}`, 'text_too_long'],
  ['blanks', `a:${' '.repeat(mebibyte)}b`, 'text_too_long'],
  ['characters of a comment', `a: 1 #${'x'.repeat(mebibyte)}`, 'text_too_long'],
  ['characters of a key', `${'k'.repeat(mebibyte)}: 1`, 'text_too_long'],
])('YAML is refused before it is parsed, with its line: too many %s', (_what, text, code) => {
  expect(errorOf(parseYaml, text)).toMatchObject({ code, line: expect.any(Number) });
});

const base = `base: &base\n${Array.from({ length: 1000 }, (_, i) => `  K${i}: v\n`).join('')}`;

test.each<[string, string]>([
  [
    'doubled again and again',
    Array.from(
      { length: 30 },
      (_, i) => `a${i}: &a${i} [${i ? `*a${i - 1}, *a${i - 1}` : 'x'}]\n`,
    ).join(''),
  ],
  ['of a map that is merged everywhere', `${base}m:\n${'  - {<<: *base}\n'.repeat(1000)}`],
  [
    'that merge many at once',
    `${base}m: {<<: [${Array.from({ length: 1000 }, () => '*base').join(', ')}]}`,
  ],
  [
    'of one long text',
    `a: &a ${'x'.repeat(100_000)}\nb: [${Array.from({ length: 100 }, () => '*a').join(', ')}]`,
  ],
  ['within what they name', 'a: &a [1, *a]'],
  ['within what they name, further down', 'a: &a {b: {c: [*a]}}'],
])('aliases %s are refused with their line', (_what, text) => {
  expect(errorOf(parseYaml, text)).toMatchObject({
    code: 'too_much_by_aliases',
    line: expect.any(Number),
  });
});

test('a bomb is found at the alias that sets it off', () => {
  const text = `a: &a ${'x'.repeat(100_000)}\n${Array.from({ length: 20 }, (_, i) => `b${i}: *a\n`).join('')}`;
  // Ten times 100,000 characters are less than a mebibyte.
  expect(errorOf(parseYaml, text)).toMatchObject({ line: 11, column: 5 });
});

test('what people write with aliases is read', () => {
  const text = `
x-base: &base
  TOKENIZERS_PARALLELISM: "false"
  HF_HOME: &home /models
versions:
${Array.from({ length: 200 }, (_, i) => `  v${i}: {env: {<<: *base, CACHE: *home}}\n`).join('')}`;
  const { value } = parseYaml(text);
  expect(value).toMatchObject({
    versions: {
      v199: { env: { TOKENIZERS_PARALLELISM: 'false', HF_HOME: '/models', CACHE: '/models' } },
    },
  });
});

test('a merge of what is no map is said to be wrong', () => {
  expect(() => parseYaml('a: {<<: 5}')).toThrow(/not valid YAML/);
});

test('256 versions with everything are read', () => {
  const version = (index: number) =>
    `  v${index}:\n    image_name: a/b:${index}\n    custom_framework: cuda\n    run_command: >-\n      serve\n      --x\n    env:\n${'A B C D E'
      .split(' ')
      .map((name) => `      ${name}: "1"\n`)
      .join('')}`;
  const text = `backend_name: x\nversion_configs:\n${Array.from({ length: 256 }, (_, i) => version(i)).join('')}`;
  expect(errorOf(parseYaml, text)).toBeNull();
});
