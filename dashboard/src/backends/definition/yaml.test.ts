import { describe, expect, test } from 'vitest';
import { BackendDefinition } from '../../../../contract/backend.ts';
import type { JsonObject } from '../../../../contract/json.ts';
import { definitionOf, draftOf } from './draft.ts';
import { readYaml } from './read-yaml.ts';
import { rewriteYaml } from './rewrite-yaml.ts';
import { writeYaml } from './write-yaml.ts';

const text = `# Ours.
backend_name: engine
default_version: 1.10 # the stable one
default_env:
  DEBUG: True
  EMPTY:
version_configs:
  1.10:
    image_name: engine:1.10
    custom_framework: cuda
    env: # nothing yet
`;

const catalogue = Object.entries(
  import.meta.glob<string>('../../../../catalog/*/*.yaml', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);

describe('a text and a form are two views of one definition', () => {
  test('plain scalars are their text, and null is not set', () => {
    const { definition, problems } = readYaml(text);
    expect(problems).toEqual([]);
    expect(definition).toEqual({
      backend_name: 'engine',
      default_version: '1.10',
      default_env: { DEBUG: 'True' },
      version_configs: { '1.10': { image_name: 'engine:1.10', custom_framework: 'cuda' } },
    });
  });

  test('there is a catalogue', () => expect(catalogue.length).toBeGreaterThan(20));

  test.each(catalogue)('%s goes to the form and back without loss', (_name, yaml) => {
    const { definition, problems } = readYaml(yaml);
    expect(problems).toEqual([]);
    const shown = definitionOf(draftOf(definition));
    expect(BackendDefinition.parse(shown)).toEqual(BackendDefinition.parse(definition));
    expect(rewriteYaml(yaml, shown)).toEqual({ text: yaml, losesNotes: false });
    expect(readYaml(writeYaml(shown)).definition).toEqual(shown);
  });

  test('a change of the form leaves what it does not touch as it was written', () => {
    const wanted = definitionOf({ ...draftOf(readYaml(text).definition), description: 'Fast' });
    const { text: after, losesNotes } = rewriteYaml(text, wanted);
    expect(losesNotes).toBe(false);
    expect(after).toContain('# Ours.');
    expect(after).toContain('default_version: 1.10 # the stable one');
    expect(after).toContain('description: Fast');
    expect(readYaml(after).definition).toEqual(wanted);
  });

  test('a key that waits for its value gets it, and a changed value keeps its comment', () => {
    const waiting = '# Mine.\nbackend_name:\nversion_configs:\n';
    const wanted: JsonObject = {
      backend_name: 'a',
      version_configs: { '1.0': { image_name: 'a:1', custom_framework: 'cpu' } },
    };
    const { text: after, losesNotes } = rewriteYaml(waiting, wanted);
    expect(losesNotes).toBe(false);
    expect(after).toMatch(/^# Mine\.\nbackend_name: a\n/);
    expect(readYaml(after).definition).toEqual(wanted);
    const changed = { ...readYaml(text).definition, default_version: '2' };
    expect(rewriteYaml(text, changed).text).toContain('default_version: "2" # the stable one');
  });

  test('comments that cannot stay are told', () => {
    const { default_version, ...wanted } = readYaml(text).definition;
    expect(default_version).toBe('1.10');
    expect(rewriteYaml(text, wanted).losesNotes).toBe(true);
  });

  const plain = ['007', '1e3', '+5', '1_000', '.5', '1.', '12345678901234567890', '0x10', 'yes'];

  test.each(plain)('a change elsewhere leaves %s, and all else, to the character', (value) => {
    const before = `# top
x-note: keep me
backend_name:   'engine'
description: Slow # for now

default_run_command: >-
  serve
  {{model_path}}
default_env: {A: ${value}}
# What it has.
version_configs:
    1.0:
        x-mine: [1]
        image_name: "engine:1.0"
        custom_framework: cpu
        env: {A: ${value}}
`;
    const shown = definitionOf(draftOf(readYaml(before).definition));
    expect(shown.default_env).toEqual({ A: value });
    const wanted = { ...shown, description: 'Fast' };
    expect(rewriteYaml(before, wanted)).toEqual({
      text: before.replace('Slow', 'Fast'),
      losesNotes: false,
    });
    const { description, ...without } = wanted;
    expect(rewriteYaml(before, without)).toEqual({
      text: before.replace('description: Slow # for now\n', ''),
      losesNotes: true,
    });
  });

  test('what is added stands beside its like, and what goes takes nothing with it', () => {
    const before = `backend_name: a # b
version_configs:
  1.0:
    image_name: a:1
    env: # ours
      A: 007 # old
      # B: 2
    x-mine: 1
  2.0: {image_name: "a:2", custom_framework: cpu} # two
# end`;
    const first: JsonObject = {
      image_name: 'a:1',
      custom_framework: 'cpu',
      env: { A: '008', C: 'd' },
    };
    const wanted: JsonObject = {
      backend_name: 'a',
      description: 'One\nand two',
      common_parameters: ['--x'],
      version_configs: {
        '1.0': first,
        '2.0': { image_name: 'a:2.1', custom_framework: 'cpu' },
        '3.0': { image_name: 'a:3', env: { yes: 'no' } },
      },
    };
    const after = `backend_name: a # b
description: |-
  One
  and two
common_parameters:
  - --x
version_configs:
  1.0:
    image_name: a:1
    custom_framework: cpu
    env: # ours
      A: "008" # old
      C: d
      # B: 2
    x-mine: 1
  2.0: {image_name: "a:2.1", custom_framework: cpu} # two
  "3.0":
    image_name: a:3
    env:
      "yes": "no"
# end`;
    expect(rewriteYaml(before, wanted)).toEqual({ text: after, losesNotes: false });
    const less = { backend_name: 'a', version_configs: { '1.0': first } };
    expect(rewriteYaml(after, less).text).toBe(`backend_name: a # b
version_configs:
  1.0:
    image_name: a:1
    custom_framework: cpu
    env: # ours
      A: "008" # old
      C: d
      # B: 2
    x-mine: 1
# end`);
  });

  test('a version of another name is written as it was', () => {
    const before = `version_configs:
  1.0: # the first
    # Ours.
    image_name: 'a:1'
    x-mine: 1
  2.0: {image_name: "a:2", x-mine: 2}
`;
    const wanted = {
      version_configs: { '1.1': { image_name: 'a:1' }, second: { image_name: 'a:2' } },
    };
    expect(rewriteYaml(before, wanted)).toEqual({
      text: before.replace('1.0:', '"1.1":').replace('2.0:', 'second:'),
      losesNotes: false,
    });
  });

  test.each([
    ['an alias', 'default_env: &e\n  A: b\nversion_configs:\n  v: {env: *e, image_name: i}\n'],
    ['a merge', 'x-all: &e {A: b}\ndefault_env:\n  <<: *e\nversion_configs: {}\n'],
    ['one line', '{x-all: 1, default_env: {A: b}, version_configs: {v: {image_name: i}}}'],
    ['only a comment', '# A'],
    ['a text to the end', 'version_configs: {}\ndefault_run_command: |+\n  a\n\n\n'],
    ['a list, then a map', 'default_backend_param: [a]\nversion_configs: {v: {env: {}}}'],
  ])('%s takes any change, and keeps its notes', (_what, before) => {
    const shown = definitionOf(draftOf(readYaml(before).definition));
    for (const wanted of [
      { ...shown, default_env: { A: 'c' } },
      { ...shown, default_env: { B: '1' }, common_parameters: ['a'], description: 'a\n\n b\n' },
      { version_configs: { v: { image_name: 'j', env: { A: '1' } }, w: { run_command: 'a' } } },
      { version_configs: {} },
    ]) {
      const { text: after, losesNotes } = rewriteYaml(before, wanted);
      expect(losesNotes).toBe(false);
      const read = readYaml(after);
      expect(read.problems).toEqual([]);
      expect(definitionOf(draftOf(read.definition))).toEqual(wanted);
    }
  });

  test('values that another reader would take for something else are quoted', () => {
    const wanted: JsonObject = { backend_name: 'x', description: 'yes', version_configs: {} };
    expect(writeYaml(wanted)).toContain('description: "yes"');
    const added = { ...readYaml(text).definition, description: '1.20' };
    expect(readYaml(rewriteYaml(text, added).text).definition).toEqual(added);
  });

  test.each<[string, string, number]>([
    ['a quote that nothing closes', 'backend_name: engine\ndescription: "open\n', 2],
    ['an unknown key', 'backend_name: engine\nversions: {}\n', 2],
    ['a list where text is wanted', 'backend_name: engine\ndescription:\n  - a\n', 2],
    ['text where a list is wanted', 'backend_name: a\ncommon_parameters: --x\n', 2],
    ['a key that stands twice', 'backend_name: a\nicon: b\nbackend_name: c\n', 3],
    ['a typo in a version', 'version_configs:\n  v1:\n    image_name: a\n    enviroment: {}\n', 4],
  ])('%s is told with its line', (_what, yaml, line) => {
    expect(readYaml(yaml).problems.map((problem) => problem.line)).toContain(line);
  });

  test.each<[string, string, number]>([
    ['a: b\nc: [1,\n  2\nd: e\nf: {}\n', 'This [ is never closed.', 2],
    ['a: b\nc: [\n  {b: 2]\nd: "e"', 'This { is never closed.', 3],
    ['c: {a: [b, c}\nd: e\n', 'This [ is never closed.', 1],
    ["a: it's\nb: 'it''s\nc: d\n", "This ' is never closed.", 2],
    ['a: "[ b"\nb: |\n  [ "\nc:\n\t- d\n', 'not with tabs', 5],
    ['a: b\na: c\nd: [\n', 'stands twice', 2],
    ['c: [a\n\n\n# x\n\nd: [1]\n', 'This [ is never closed.', 1],
    ['a: b: c\n', 'needs quotes', 1],
  ])('of what breaks %j only the first is told, in plain words', (yaml, words, line) => {
    const { problems } = readYaml(yaml);
    expect(problems).toEqual([
      { line, column: expect.any(Number), pointer: '', detail: expect.stringContaining(words) },
    ]);
  });

  test('read-only keys of an export and x- keys are passed over', () => {
    expect(readYaml('is_built_in: false\nid: 3\nx-mine: [1]\nbackend_name: a\n')).toMatchObject({
      problems: [],
      definition: { backend_name: 'a' },
    });
  });
});
