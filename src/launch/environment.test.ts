import { describe, expect, test } from 'vitest';
import { secretMark } from '../../contract/secret-mark.ts';
import { fillEnvironment, mergeEnvironment } from './environment.ts';

describe('merging', () => {
  test('the deployment wins over the version, and the version over the default', () => {
    const merged = mergeEnvironment({
      default: { A: 'default', B: 'default', C: 'default' },
      version: { B: 'version', C: 'version', D: 'version' },
      deployment: { C: 'deployment', E: 'deployment' },
    });
    expect(merged).toEqual([
      { name: 'A', value: 'default', source: 'default' },
      { name: 'B', value: 'version', source: 'version' },
      { name: 'C', value: 'deployment', source: 'deployment' },
      { name: 'D', value: 'version', source: 'version' },
      { name: 'E', value: 'deployment', source: 'deployment' },
    ]);
  });

  test('an empty value is a value', () => {
    const layers = { default: { A: 'x' }, version: undefined, deployment: { A: '' } };
    expect(mergeEnvironment(layers)).toEqual([{ name: 'A', value: '', source: 'deployment' }]);
  });

  test('names of the language are ordinary names', () => {
    const layers = { default: JSON.parse('{"__proto__":"x"}'), version: {}, deployment: {} };
    expect(mergeEnvironment(layers)).toEqual([
      { name: '__proto__', value: 'x', source: 'default' },
    ]);
  });
});

describe('filling', () => {
  function fill(value: string) {
    const [filled] = fillEnvironment([{ name: 'V', value, source: 'deployment' }], {
      text: 'variable',
      values: new Map([
        ['port', '8000'],
        ['model_path', null],
      ]),
      secretNames: new Set(['S']),
    });
    return filled;
  }

  test.each([
    ['http://h:{{port}}/', 'http://h:8000/'],
    ['{{secrets.S}}', secretMark('S')],
    ['Bearer {{ secrets.S }}', `Bearer ${secretMark('S')}`],
    ['\\{{port}}', '{{port}}'],
    ['a "b" \\ $(c) {{ x[0] }}', 'a "b" \\ $(c) {{ x[0] }}'],
    ['', ''],
  ])('%j reads %j', (value, expected) => {
    expect(fill(value)).toMatchObject({ value: expected, issues: [], unfilled: [] });
  });

  test('a name that is no built-in stays as it is', () => {
    const filled = fill('x{{OTHER}}{{prt}}');
    expect(filled).toMatchObject({ value: 'x{{OTHER}}{{prt}}', issues: [] });
    expect(filled?.unfilled.map(({ column }) => column)).toEqual([2, 11]);
    expect(filled?.unfilled[1]?.detail).toContain('`{{port}}`?');
  });

  test.each([
    ['a{{secrets.T}}', 'unknown_secret', 2],
    ['{{model_path}}', 'model_required', 1],
    ['a\0S\0', 'nul_character', 2],
  ])('%j is an issue', (value, code, column) => {
    expect(fill(value)?.issues).toMatchObject([{ code, column }]);
  });

  test('a mark of a secret cannot be forged', () => {
    expect(fill('\0S\0')?.value).toBe('');
  });
});
