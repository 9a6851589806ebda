import { describe, expect, test } from 'vitest';
import { secretMark } from '../../contract/secret-mark.ts';
import { nulIssues, type Scope, substitute, textOf } from './placeholders.ts';

function scope(values: Record<string, string | null> = {}, secrets: string[] = []): Scope {
  return {
    text: 'command',
    values: new Map(Object.entries({ port: '8000', model_name: 'qwen', ...values })),
    secretNames: new Set(secrets),
  };
}

function filled(text: string, values: Record<string, string | null> = {}, secrets: string[] = []) {
  return textOf(substitute(text, scope(values, secrets)).pieces);
}

describe('what is a placeholder', () => {
  test.each([
    ['--port {{port}}', '--port 8000'],
    ['{{ port }}', '8000'],
    ['{{\tport\r\n}}', '8000'],
    ['{{port}}{{port}}', '80008000'],
    ['{{{port}}}', '{8000}'],
    ['{"a":{"b":{{port}}}}', '{"a":{"b":8000}}'],
    ['{{_x9}}', 'underscore'],
    ['{{ messages[0] }}', '{{ messages[0] }}'],
    ['{{ a b }}', '{{ a b }}'],
    ['{{9x}}', '{{9x}}'],
    ['{{}}', '{{}}'],
    ['{{ }}', '{{ }}'],
    ['{{a-b}}', '{{a-b}}'],
    ['{{secrets}}', 'a variable'],
    ['{{secrets . X}}', '{{secrets . X}}'],
    ['{{port}', '{{port}'],
    ['{ {port}}', '{ {port}}'],
    ['{% if port %}', '{% if port %}'],
    ['\\{{port}}', '{{port}}'],
    ['\\{{ messages[0] }}', '{{ messages[0] }}'],
    ['\\\\{{port}}', '\\{{port}}'],
    ['\\{port}', '\\{port}'],
    ['{{EMPTY}}', ''],
    ['', ''],
  ])('%j reads %j', (text, expected) => {
    const values = { _x9: 'underscore', secrets: 'a variable', EMPTY: '' };
    expect(filled(text, values)).toBe(expected);
    expect(substitute(text, scope(values)).issues).toEqual([]);
  });

  test('a value that is put in is not looked at again', () => {
    expect(filled('{{A}}', { A: '{{B}}', B: 'b' })).toBe('{{B}}');
    expect(filled('{{A}}port}}', { A: '{{' })).toBe('{{port}}');
    expect(filled('{{A}}', { A: '\\{{port}}' })).toBe('\\{{port}}');
  });

  test('names are case-sensitive', () => {
    expect(filled('{{PORT}} {{port}}', { PORT: 'x' })).toBe('x 8000');
  });

  test('names of the language are ordinary names', () => {
    const { issues } = substitute('{{constructor}} {{__proto__}}', scope());
    expect(issues.map((issue) => issue.code)).toEqual([
      'unknown_placeholder',
      'unknown_placeholder',
    ]);
  });
});

describe('what has no value', () => {
  test('an unknown name is an issue with its column, the nearest name and the built-ins', () => {
    const { pieces, issues } = substitute('serve {{model_nam}} {{X}}', scope());
    expect(textOf(pieces)).toBe('serve {{model_nam}} {{X}}');
    expect(issues.map(({ code, column }) => [code, column])).toEqual([
      ['unknown_placeholder', 7],
      ['unknown_placeholder', 21],
    ]);
    expect(issues[0]?.detail).toContain('`{{model_nam}}`');
    expect(issues[0]?.detail).toContain('Did you mean `{{model_name}}`?');
    expect(issues[0]?.detail).toContain('{{worker_ip}}');
    expect(issues[1]?.detail).not.toContain('Did you mean');
  });

  test('the same name in another case is suggested', () => {
    expect(substitute('{{Port}}', scope()).issues[0]?.detail).toContain('`{{port}}`?');
  });

  test('a built-in without a value asks for a model', () => {
    const { issues } = substitute('-m {{model_path}}', scope({ model_path: null }));
    expect(issues).toEqual([
      { code: 'model_required', column: 4, detail: expect.stringContaining('`model`') },
    ]);
  });

  test('an unknown secret is an issue', () => {
    const { issues } = substitute('{{secrets.HF_TOKE}}', scope({}, ['HF_TOKEN']));
    expect(issues).toEqual([
      { code: 'unknown_secret', column: 1, detail: expect.stringContaining('`HF_TOKEN`') },
    ]);
  });
});

describe('where pieces are from', () => {
  test('written text has its own column, what a placeholder brought has that of its braces', () => {
    const { pieces } = substitute('a {{port}}\\{{b {{secrets.S}}', scope({}, ['S']));
    expect(pieces).toEqual([
      { kind: 'text', text: 'a ', column: 1 },
      { kind: 'value', text: '8000', column: 3 },
      { kind: 'text', text: '{{', column: 12 },
      { kind: 'text', text: 'b ', column: 14 },
      { kind: 'secret', name: 'S', column: 16 },
    ]);
  });

  test('columns count UTF-16 code units', () => {
    expect(substitute('😀{{port}}', scope()).pieces[1]?.column).toBe(3);
  });

  test('a variable that holds a secret brings its place', () => {
    const { pieces } = substitute('{{AUTH}}', scope({ AUTH: `Bearer ${secretMark('S')}!` }));
    expect(pieces).toEqual([
      { kind: 'value', text: 'Bearer ', column: 1 },
      { kind: 'secret', name: 'S', column: 1 },
      { kind: 'value', text: '!', column: 1 },
    ]);
    expect(nulIssues(pieces)).toEqual([]);
  });

  test('a NUL that is no part of a mark is found, written or brought', () => {
    const { pieces } = substitute('a\0 {{A}}', scope({ A: 'x\0y' }));
    expect(nulIssues(pieces).map(({ code, column }) => [code, column])).toEqual([
      ['nul_character', 2],
      ['nul_character', 4],
    ]);
  });
});
