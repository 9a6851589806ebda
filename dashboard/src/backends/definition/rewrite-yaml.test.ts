import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../contract/json.ts';
import { definitionOf, draftOf } from './draft.ts';
import { readYaml } from './read-yaml.ts';
import { rewriteYaml } from './rewrite-yaml.ts';

describe('what a form changes in a text', () => {
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
});
