import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { secretMark } from '../../contract/secret-mark.ts';
import { flattenParameter, formatParameters, looksLikeFlag } from './parameters.ts';
import { substitute } from './placeholders.ts';

function flat(entry: string, values: Record<string, string> = {}) {
  const { pieces } = substitute(entry, {
    text: 'command',
    values: new Map(Object.entries(values)),
    secretNames: new Set(['S']),
  });
  return flattenParameter(pieces);
}

describe('a flag', () => {
  test.each(['-a', '--a', '--a=1', '-ngl', '---', '-0x1', '-1a', '-e', '-.', '-1.2.3', '-in'])(
    '%s is one',
    (word) => expect(looksLikeFlag(word)).toBe(true),
  );
  test.each([
    '',
    'a',
    '-',
    '--',
    '-1',
    '-0.5',
    '-.5',
    '-5.',
    '-1e10',
    '-1E-3',
    '-1_000',
    '-Infinity',
    '-inf',
    '-NaN',
    '+1',
  ])('%j is none', (word) => expect(looksLikeFlag(word)).toBe(false));
});

describe('flattening an entry', () => {
  test.each<[string, string[]]>([
    ['', []],
    [' \t\r\n', []],
    ['--verbose', ['--verbose']],
    ['--ctx-size 4096', ['--ctx-size', '4096']],
    ['  --ctx-size=4096 ', ['--ctx-size=4096']],
    ['--a 1 --b=2 --flag -c', ['--a', '1', '--b=2', '--flag', '-c']],
    ['--name "my model"', ['--name', 'my model']],
    ['--name="my model"', ['--name=my model']],
    [`--x '{"a": 1}'`, ['--x', '{"a": 1}']],
    ['--temperature -0.5', ['--temperature', '-0.5']],
    ['-ot (up|down)=CPU', ['-ot', '(up|down)=CPU']],
    ['-ot ffn_(up|gate)=CPU;a&b`c`$(d)<>', ['-ot', 'ffn_(up|gate)=CPU;a&b`c`$(d)<>']],
    // Anything else is one argument as it stands.
    ['0.0.0.0', ['0.0.0.0']],
    ['a value with blanks', ['a value with blanks']],
    [' padded ', ['padded']],
    ['{"name": "a", "path": "/p"}', ['{"name": "a", "path": "/p"}']],
    ['"quoted"', ['"quoted"']],
    [`it's`, [`it's`]],
    ['a\\', ['a\\']],
    ['- a', ['- a']],
    ['-- --a', ['-- --a']],
    ['-0.5 1', ['-0.5 1']],
    ['serve --port 1', ['serve --port 1']],
    // JSON after "=" stays whole.
    ['--x={"a": 1}', ['--x={"a": 1}']],
    ['--y=[1, 2]', ['--y=[1, 2]']],
    ['--x={"a": {"b": [1, "}"]}} --y 2', ['--x={"a": {"b": [1, "}"]}}', '--y', '2']],
    ['--x={"a": "it\'s \\" }"} -y', ['--x={"a": "it\'s \\" }"}', '-y']],
    ['--x={"a":\n  1} --y=[\n] -z', ['--x={"a":\n  1}', '--y=[\n]', '-z']],
    ["--x={'a': 1}", ["--x={'a': 1}"]],
    ['--x={"p":"a\\\\b"}', ['--x={"p":"a\\\\b"}']],
    ['--x={} --y=[]z', ['--x={}', '--y=[]z']],
    ['--x {"a": 1}', ['--x', '{a:', '1}']],
    ['--x "={a b}"', ['--x', '={a b}']],
    ['--x=[ --y', ['--x=[', '--y']],
    ['--re=[0-9]+ --y', ['--re=[0-9]+', '--y']],
    // Pasted lines.
    ['--tp 2 \\', ['--tp', '2']],
    ['--tp 2 \\\n', ['--tp', '2']],
    ['--tp 2 \\\r\n', ['--tp', '2']],
    ['--tp 2 \\\n  --x 3', ['--tp', '2', '--x', '3']],
    ['--tp 2 \\\r\n  --x 3', ['--tp', '2', '--x', '3']],
    ['--name foo\\\\', ['--name', 'foo\\']],
    ['--name foo\\', ['--name', 'foo']],
    ['--p "C:\\Users\\foo"', ['--p', 'C:\\Users\\foo']],
  ])('%j gives %j', (entry, expected) => {
    expect(flat(entry)).toEqual({ words: expected, issues: [] });
  });

  test.each<[string, Record<string, string>, string[]]>([
    ['{{X}}', { X: '--a 1 --b "2 3"' }, ['--a', '1', '--b', '2 3']],
    ['{{X}}', { X: 'a b' }, ['a b']],
    ['{{X}}', { X: ' a b ' }, [' a b ']],
    [' {{X}} ', { X: '' }, []],
    ['{{X}}', { X: ' ' }, []],
    ['--x {{X}}', { X: 'a b' }, ['--x', 'a', 'b']],
    ['--x "{{X}}"', { X: 'a" b' }, ['--x', 'a" b']],
    ['--x={{X}}', { X: '{"a": 1}' }, ['--x={"a": 1}']],
    ['--x={"p": "{{X}}", "n": 1}', { X: 'a"}{' }, ['--x={"p": "a"}{", "n": 1}']],
    ['--x={"p": {{X}}}', { X: '{"q": "r s"}' }, ['--x={"p": {"q": "r s"}}']],
    ['--t {{secrets.S}}', {}, ['--t', secretMark('S')]],
    ['--t={"k": "{{secrets.S}}"}', {}, [`--t={"k": "${secretMark('S')}"}`]],
    ['{{secrets.S}}', {}, [secretMark('S')]],
  ])('%j with %j gives %j', (entry, values, expected) => {
    expect(flat(entry, values)).toEqual({ words: expected, issues: [] });
  });

  test('an unclosed quote or a NUL is an issue with its column', () => {
    expect(flat(` --x 'a`).issues).toMatchObject([{ code: 'unclosed_quote', column: 6 }]);
    expect(flat('--x={"a": "b}').issues).toMatchObject([{ code: 'unclosed_quote', column: 11 }]);
    expect(flat('--x\0').issues).toMatchObject([{ code: 'nul_character', column: 4 }]);
    expect(flat('x\0y').issues).toMatchObject([{ code: 'nul_character', column: 2 }]);
    expect(flat(' {{X}}', { X: '\0' }).issues).toMatchObject([
      { code: 'nul_character', column: 2 },
    ]);
  });
});

describe('the format of parameters', () => {
  test.each<[string[], string[], string[]]>([
    // words, `space`, `equal`
    [[], [], []],
    [['--x', '1'], ['--x', '1'], ['--x=1']],
    [['--x=1'], ['--x', '1'], ['--x=1']],
    [['--x=a=b'], ['--x', 'a=b'], ['--x=a=b']],
    [['--x='], ['--x', ''], ['--x=']],
    [['--x', ''], ['--x', ''], ['--x=']],
    [['-ngl', '99'], ['-ngl', '99'], ['-ngl=99']],
    [['-n=0'], ['-n', '0'], ['-n=0']],
    [['--flag'], ['--flag'], ['--flag']],
    [
      ['--flag', '--x', '1'],
      ['--flag', '--x', '1'],
      ['--flag', '--x=1'],
    ],
    [
      ['--x', '1', '2'],
      ['--x', '1', '2'],
      ['--x', '1', '2'],
    ],
    [
      ['--x', '1', '2', '--y', '3'],
      ['--x', '1', '2', '--y', '3'],
      ['--x', '1', '2', '--y=3'],
    ],
    [
      ['--l', 'a=/a', 'b=/b'],
      ['--l', 'a=/a', 'b=/b'],
      ['--l', 'a=/a', 'b=/b'],
    ],
    [
      ['--t', '-0.5', '--p=-.5'],
      ['--t', '-0.5', '--p', '-.5'],
      ['--t=-0.5', '--p=-.5'],
    ],
    [['--x={"a": 1}'], ['--x', '{"a": 1}'], ['--x={"a": 1}']],
    [['--x', '{"a": 1}'], ['--x', '{"a": 1}'], ['--x={"a": 1}']],
    [
      ['pos', '--x', '1'],
      ['pos', '--x', '1'],
      ['pos', '--x=1'],
    ],
    [['--f', '-'], ['--f', '-'], ['--f=-']],
    [
      ['--v', '--', '--x', '1'],
      ['--v', '--', '--x', '1'],
      ['--v', '--', '--x', '1'],
    ],
    [['-ot', '(up|down)=CPU'], ['-ot', '(up|down)=CPU'], ['-ot=(up|down)=CPU']],
  ])('%j', (words, space, equal) => {
    expect(formatParameters(words, 'space')).toEqual(space);
    expect(formatParameters(words, 'equal')).toEqual(equal);
    expect(formatParameters(words, undefined)).toEqual(words);
  });

  test('to format twice is to format once', () => {
    const word = fc.constantFrom('--a', '--b=1', '-c', 'v', 'w=x', '-1', '--', '-', '', '--d=');
    fc.assert(
      fc.property(
        fc.array(word),
        fc.constantFrom('space' as const, 'equal' as const),
        (words, format) => {
          const once = formatParameters(words, format);
          if (format === 'equal') expect(formatParameters(once, format)).toEqual(once);
          // What is put together again holds the same texts.
          expect(once.join(' ').replaceAll('=', ' ')).toBe(words.join(' ').replaceAll('=', ' '));
        },
      ),
      { seed: 20_260_131, numRuns: 1000 },
    );
  });
});
