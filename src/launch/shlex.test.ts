import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanCommand, splitWords } from './argv.ts';
import { looksLikeFlag } from './parameters.ts';

/** Splits each text by `shlex.split` (null: it refuses) and says for each word whether `float` reads it. */
const script = `
import json, shlex, sys

def split(text):
    try:
        return shlex.split(text)
    except ValueError:
        return None

def is_number(word):
    try:
        float(word)
        return True
    except ValueError:
        return False

request = json.load(sys.stdin)
json.dump({
    "splits": [split(text) for text in request["texts"]],
    "numbers": [is_number(word) for word in request["words"]],
}, sys.stdout)
`;

const seed = 20_260_131;
// Backslash-newline joins lines here and not in shlex: it is tested in argv.test.ts.
const textUnits = ` \t\r\n'"\\#$~*?[]{}=-ab1.,:!%é😀|&;<>()\``;
const texts = fc
  .sample(fc.string({ unit: fc.constantFrom(...textUnits), maxLength: 14 }), {
    seed,
    numRuns: 6000,
  })
  .filter((text) => !text.includes('\\\n'));
const words = fc.sample(
  fc
    .string({ unit: fc.constantFrom(...'0123456789..__eE+-infaNty'), maxLength: 8 })
    .map((tail) => `-${tail}`),
  { seed, numRuns: 3000 },
);
words.push('-inf', '-Infinity', '-nan', '-NaN', '-.5', '-5.', '-1_0', '-1__0', '-1e5', '-0x1');

function askPython(): { splits: (string[] | null)[]; numbers: boolean[] } | null {
  const python = spawnSync('python3', ['-c', script], {
    input: JSON.stringify({ texts, words }),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (python.error) {
    if (process.env.CI) throw python.error;
    console.warn(
      `NOT COMPARED with Python's shlex: python3 does not run (${python.error.message})`,
    );
    return null;
  }
  if (python.status !== 0) throw new Error(python.stderr);
  return JSON.parse(python.stdout);
}

const python = askPython();

describe.skipIf(python === null)('Python agrees', () => {
  test(`on how ${texts.length} texts are split`, () => {
    expect(python?.splits).toHaveLength(texts.length);
    for (const [index, text] of texts.entries()) {
      const expected = python?.splits[index] ?? null;
      if (expected === null) expect(() => splitWords(text), JSON.stringify(text)).toThrow();
      else expect(splitWords(text), JSON.stringify(text)).toEqual(expected);
    }
  });

  test('on every text that has no operator outside quotes, when operators are refused', () => {
    for (const [index, text] of texts.entries()) {
      const { words, issues } = scanCommand([{ kind: 'text', text, column: 1 }], {
        operators: 'refuse',
      });
      if (issues.length === 0) expect(words, JSON.stringify(text)).toEqual(python?.splits[index]);
      else if (python?.splits[index]) expect(issues[0]?.code).toBe('shell_operator');
    }
  });

  test(`on which of ${words.length} words are numbers, not flags`, () => {
    for (const [index, word] of words.entries()) {
      if (word === '-' || word === '--') continue;
      expect(looksLikeFlag(word), word).toBe(!python?.numbers[index]);
    }
  });
});
