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
    ['a: "[ b"\nb: |\n  [ "\nc:\n\t- d\n', 'not tabs', 5],
    ['a: b\na: c\nd: [\n', 'appears twice', 2],
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
