import fc from 'fast-check';
import { parse } from 'shell-quote';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../contract/failure.ts';
import { secretMark } from '../../contract/secret-mark.ts';
import { scanCommand, splitCommand, splitWords } from './argv.ts';
import { substitute } from './placeholders.ts';
import { commandLine } from './quote.ts';

const seed = 20_260_131;

function pieces(text: string, values: Record<string, string> = {}) {
  const { pieces, issues } = substitute(text, {
    text: 'command',
    values: new Map(Object.entries(values)),
    secretNames: new Set(['S']),
  });
  expect(issues).toEqual([]);
  return pieces;
}

function split(text: string, values: Record<string, string> = {}) {
  return splitCommand(pieces(text, values), { operators: 'refuse' });
}

function issuesOf(text: string, values: Record<string, string> = {}) {
  const { issues } = scanCommand(pieces(text, values), { operators: 'refuse' });
  return issues.map(({ code, column }) => [code, column]);
}

describe('splitting', () => {
  test.each<[string, string[]]>([
    ['', []],
    [' \t\r\n ', []],
    ['a b', ['a', 'b']],
    ['  a \t b\r\nc\n', ['a', 'b', 'c']],
    ['a\u00a0b\u000bc\u000cd\u2003e', ['a\u00a0b\u000bc\u000cd\u2003e']],
    [`''`, ['']],
    [`a '' ""`, ['a', '', '']],
    [`a''b`, ['ab']],
    [`'a b'"c d"e`, ['a bc de']],
    [`'a"b' "c'd"`, ['a"b', `c'd`]],
    [String.raw`'a\b' '\'`, [String.raw`a\b`, '\\']],
    [
      String.raw`"a\b" "\"" "\\" "\'" "\$x" "\n"`,
      [String.raw`a\b`, '"', '\\', String.raw`\'`, String.raw`\$x`, String.raw`\n`],
    ],
    [String.raw`a\ b \\ \" \' \n`, ['a b', '\\', '"', `'`, 'n']],
    [
      '# $NAME $ ~ * ? [a] ! % ^ {a,b} = @',
      ['#', '$NAME', '$', '~', '*', '?', '[a]', '!', '%', '^', '{a,b}', '=', '@'],
    ],
    ['a#b', ['a#b']],
    ['a \\\n  b', ['a', 'b']],
    ['a\\\nb', ['ab']],
    ['a \\\n', ['a']],
    ['\\\n', []],
    ['"a\\\nb"', ['ab']],
    [`'a\\\nb'`, ['a\\\nb']],
    ['"a\nb"', ['a\nb']],
    ['a\\\r\nb', ['a\r', 'b']],
    ['😀 "é\u0301"', ['😀', 'é\u0301']],
    ['\\😀', ['😀']],
  ])('%j gives %j', (text, expected) => {
    expect(split(text)).toEqual(expected);
    expect(splitWords(text)).toEqual(expected);
  });

  test.each([
    `a "b c" 'd e' f\\ g`,
    `x'y'"z" '' ""`,
    `--json '{"a": [1, 2]}' --x="a b"`,
    String.raw`"a\"b" '\' "\\"`,
    'a\tb  c',
  ])('%j is split as shell-quote splits it', (text) => {
    expect(split(text)).toEqual(parse(text));
  });

  test('the shell-quoted form of any list of arguments gives the list back', () => {
    const noNul = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));
    const syntax = fc.string({ unit: fc.constantFrom(...`ab'"\\ \n\t$|&;<>()*#`) });
    fc.assert(
      fc.property(fc.array(fc.oneof(noNul, syntax), { maxLength: 8 }), (words) => {
        const quoted = words.map((word) => `'${word.replaceAll("'", `'"'"'`)}'`).join(' ');
        expect(splitWords(commandLine({ entrypoint: null, args: words }))).toEqual(words);
        expect(
          splitCommand([{ kind: 'text', text: quoted, column: 1 }], { operators: 'refuse' }),
        ).toEqual(words);
      }),
      { seed, numRuns: 300 },
    );
  });
});

describe('what is wrong with a text', () => {
  test.each<[string, [string, number][]]>([
    [`a 'b`, [['unclosed_quote', 3]]],
    [`a "b`, [['unclosed_quote', 3]]],
    [`it's`, [['unclosed_quote', 3]]],
    [String.raw`a "b\"`, [['unclosed_quote', 3]]],
    ['"a\\', [['unclosed_quote', 1]]],
    ['a \\', [['trailing_backslash', 3]]],
    ['a\\\\\\', [['trailing_backslash', 4]]],
    ['a\0b', [['nul_character', 2]]],
    ['a | b', [['shell_operator', 3]]],
    [
      'a && b || c; d',
      [
        ['shell_operator', 3],
        ['shell_operator', 8],
        ['shell_operator', 12],
      ],
    ],
    [
      'a > log 2>&1',
      [
        ['shell_operator', 3],
        ['shell_operator', 10],
      ],
    ],
    [
      'a < b &',
      [
        ['shell_operator', 3],
        ['shell_operator', 7],
      ],
    ],
    ['(a)', [['shell_operator', 1]]],
    ['a )', [['shell_operator', 3]]],
    ['a $(hostname -I) b', [['shell_operator', 3]]],
    ['a `hostname`', [['shell_operator', 3]]],
    ['--x=a|b', [['shell_operator', 6]]],
    ['http://h/?a=1&b=2', [['shell_operator', 14]]],
    ['\\$(a)', [['shell_operator', 3]]],
    [
      `a | 'b`,
      [
        ['shell_operator', 3],
        ['unclosed_quote', 5],
      ],
    ],
  ])('%j', (text, expected) => {
    expect(issuesOf(text)).toEqual(expected);
  });

  test.each([
    `'a | b && c; $(d) > e < f (g) \`h\`'`,
    `"a | b && c; $(d) > e < f (g) \`h\`"`,
    String.raw`a \| b \&\& c\; \> \< \( \) \$\( \``,
    '$a $ {b} [c] $[',
  ])('operators that are quoted or escaped are text: %j', (text) => {
    expect(issuesOf(text)).toEqual([]);
  });

  test('the error says that no shell runs, and what to do', () => {
    expect(() => split('a | b')).toThrow(
      '`|` is a shell operator, and no shell runs here: quote it, or use an entrypoint of `sh -c` with the script in quotes.',
    );
  });

  test('the failure has every issue of the text, in order', () => {
    try {
      split('a | b; "c');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Failure);
      expect(error).toMatchObject({
        code: 'cannot_render',
        errors: [
          { pointer: '', code: 'shell_operator', column: 3 },
          { pointer: '', code: 'shell_operator', column: 6 },
          { pointer: '', code: 'unclosed_quote', column: 8 },
        ],
      });
    }
  });
});

describe('values outside quotes are syntax as they stand', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['a {{X}} b', { X: '--x 1  --y "2 3"' }, ['a', '--x', '1', '--y', '2 3', 'b']],
    ['a {{X}} b', { X: '' }, ['a', 'b']],
    ['a{{X}}b', { X: ' ' }, ['a', 'b']],
    ['a{{X}}b', { X: '' }, ['ab']],
    ['{{X}}', { X: 'a\\ b' }, ['a b']],
    ['{{X}}b', { X: 'a\\' }, ['ab']],
    ['{{X}} b"', { X: '"a' }, ['a b']],
    ['{{X}}', { X: 'a\\\nb' }, ['ab']],
    ['{{X}} {{X}}', { X: `'a b'` }, ['a b', 'a b']],
    ['{{X}}', { X: 'a | b && $(c) `d`' }, ['a', '|', 'b', '&&', '$(c)', '`d`']],
    ['--x$\\\n{{X}}', { X: '(b)' }, ['--x$(b)']],
  ])('%j with %j gives %j', (text, values, expected) => {
    expect(split(text, values)).toEqual(expected);
  });

  test('what is wrong with a value has the column of its placeholder', () => {
    expect(issuesOf('a {{X}}', { X: `b it's` })).toEqual([['unclosed_quote', 3]]);
    expect(issuesOf('a {{X}}', { X: 'b\\' })).toEqual([['trailing_backslash', 3]]);
    expect(issuesOf('a {{X}}', { X: 'b\0' })).toEqual([['nul_character', 3]]);
  });
});

describe('values inside quotes are literal', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['"{{X}}"', { X: `a "b" 'c' \\ \n` }, [`a "b" 'c' \\ \n`]],
    [`'{{X}}'`, { X: `it's "x" \\` }, [`it's "x" \\`]],
    ['"{{X}}"', { X: '' }, ['']],
    ['"{{X}}" b', { X: 'a\\' }, ['a\\', 'b']],
    ['"{{X}}\\"" b', { X: 'a\\' }, ['a\\"', 'b']],
    ['"a\\\\{{X}}"', { X: '"' }, ['a\\{{X}}']],
    ['"{{X}}"', { X: 'a\\\nb' }, ['a\\\nb']],
    [`--x="{{X}}"'{{X}}'{{Y}}`, { X: '"', Y: '"b c"' }, ['--x=""b c']],
    // The first one opens the quotes itself; the second can't end them.
    ['{{X}}{{Y}}"', { X: '"a', Y: '"b' }, ['a"b']],
  ])('%j with %j gives %j', (text, values, expected) => {
    expect(split(text, values)).toEqual(expected);
  });

  const value = fc
    .oneof(fc.string({ unit: fc.constantFrom(...`a"'\\ \n\r\t|&;()$\`{}`) }), fc.string())
    .filter((text) => !text.includes('\0'));
  /** A part of a word: what is written, and what it means. */
  const part = fc.oneof(
    value.map((text) => [`'${text.replaceAll(/['{}]/g, '_')}'`, text.replaceAll(/['{}]/g, '_')]),
    value.map((text) => {
      const plain = text.replaceAll(/[{}]/g, '_');
      return [`"${plain.replaceAll(/["\\]/g, '\\$&')}"`, plain];
    }),
    fc.constantFrom([`"{{X}}"`, null], [`'{{X}}'`, null], [`"a {{X}}b"`, null], ['c', 'c']),
  );

  test('no value ever ends the quotes around it', () => {
    fc.assert(
      fc.property(fc.array(fc.array(part, { minLength: 1 })), value, (words, x) => {
        const text = words.map((parts) => parts.map(([written]) => written).join('')).join(' ');
        const expected = words.map((parts) =>
          parts
            .map(
              ([written, meaning]) =>
                meaning ?? (written ?? '').slice(1, -1).replace('{{X}}', () => x),
            )
            .join(''),
        );
        expect(split(text, { X: x })).toEqual(expected);
      }),
      { seed, numRuns: 1000 },
    );
  });
});

describe('secrets', () => {
  const mark = secretMark('S');

  test.each<[string, Record<string, string>, string[]]>([
    ['--token {{secrets.S}}', {}, ['--token', mark]],
    ['--token={{secrets.S}}x', {}, [`--token=${mark}x`]],
    [`"{{secrets.S}} a" '{{secrets.S}}'`, {}, [`${mark} a`, mark]],
    ['{{T}}', { T: `Bearer ${mark}` }, ['Bearer', mark]],
    ['"{{T}}"', { T: `Bearer ${mark}` }, [`Bearer ${mark}`]],
    ['{{T}}', { T: `"Bearer ${mark}" b` }, [`Bearer ${mark}`, 'b']],
    ['{{T}}{{secrets.S}}', { T: 'a\\' }, [`a${mark}`]],
  ])('%j stays whole', (text, values, expected) => {
    expect(split(text, values)).toEqual(expected);
  });
});
