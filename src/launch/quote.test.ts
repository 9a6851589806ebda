import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { secretMark } from '../../contract/secret-mark.ts';
import { commandLine } from './quote.ts';

describe('a command line', () => {
  test.each<[string[] | null, string[] | null, string]>([
    [null, null, ''],
    [['vllm', 'serve'], null, 'vllm serve'],
    [null, ['--port', '8000'], '--port 8000'],
    [['/bin/sh', '-c'], ['a | b'], `/bin/sh -c 'a | b'`],
    [null, ['a', '', '--x=1', 'http://h:80/x,y'], `a '' --x=1 http://h:80/x,y`],
    [null, ['a', `it's`, '"', '$x', '!', 'a\nb'], `a 'it'\\''s' '"' '$x' '!' 'a\nb'`],
    [null, ['A=b', 'A=b'], `'A=b' A=b`],
    [null, ['if', 'if'], `'if' if`],
    [null, ['=x', '~', '#', '*', '{a,b}'], `'=x' '~' '#' '*' '{a,b}'`],
    [null, [`--token=${secretMark('S')}`, secretMark('S')], `'--token=***' '***'`],
  ])('of %j and %j is %j', (entrypoint, args, expected) => {
    expect(commandLine({ entrypoint, args })).toBe(expected);
  });

  test('a shell reads the same words from it', () => {
    const syntax = fc.string({
      unit: fc.constantFrom(...'ab\'"\\ \n\t\r$|&;<>()*#~=%^!?[]{},:-@+/é😀`'),
    });
    const samples = fc.sample(
      fc.array(fc.oneof(syntax, fc.constantFrom('', 'if', 'A=b', '-n', '***')), { minLength: 1 }),
      { seed: 20_260_131, numRuns: 1500 },
    );
    const lines = samples.map(
      (words) => `printf '%s\\0' ${commandLine({ entrypoint: null, args: ['x', ...words] })} end`,
    );
    const shell = spawnSync('/bin/sh', [], { input: lines.join('\n'), encoding: 'utf8' });
    const expected = samples.flatMap((words) => ['x', ...words, 'end']);
    expect(shell.stderr).toBe('');
    expect(shell.stdout.split('\0').slice(0, -1)).toEqual(expected);
  });

  test('a shell takes its head for a command, never for syntax', () => {
    for (const head of ['if', 'while', 'A=b', 'case', '!', '{', '#']) {
      const line = `printf ok; ${commandLine({ entrypoint: null, args: [head] })} || true`;
      const shell = spawnSync('/bin/sh', [], { input: line, encoding: 'utf8' });
      expect(shell.stdout).toBe('ok');
      expect(shell.stderr, head).toContain('not found');
    }
  });
});
