import { CST, Lexer, parseDocument } from 'yaml';
import { differences, isEqual, isObject } from '../../../../contract/differences.ts';
import type { Json, JsonObject } from '../../../../contract/json.ts';
import { definitionOf, draftOf } from './draft.ts';
import { withField, withKey } from './edit-yaml.ts';
import { readYaml, stepsOf } from './read-yaml.ts';
import { writeYaml } from './write-yaml.ts';

/**
 * `text` changed so that it says `wanted`: what does not differ stays as it was written, comments and x- keys too.
 * `losesNotes`: some of those could not stay.
 */
export function rewriteYaml(
  text: string,
  wanted: JsonObject,
): { text: string; losesNotes: boolean } {
  const renamed = withRenamedVersions(text, wanted);
  const noted = withExtensions(wanted, saidBy(renamed));
  const result = changedText(renamed, wanted, noted) ?? writeYaml(noted);
  return { text: result, losesNotes: notesIn(result) < notesIn(text) };
}

/** What a form shows of a text; null while it can't show all of it. */
function shownOf(text: string): JsonObject | null {
  const { definition, problems } = readYaml(text);
  return problems.length > 0 ? null : definitionOf(draftOf(definition));
}

/** A version that goes while its like comes has another name, and all that is written at it stays. */
function withRenamedVersions(text: string, wanted: JsonObject): string {
  const before = objectAt(shownOf(text) ?? {}, 'version_configs');
  const after = objectAt(wanted, 'version_configs');
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  const come = Object.keys(after).filter((name) => !Object.hasOwn(before, name));
  let result = text;
  for (const name of gone) {
    const index = come.findIndex((other) => isEqual(before[name], after[other]));
    const [next] = index === -1 ? [] : come.splice(index, 1);
    if (next !== undefined) result = withKey(result, ['version_configs', name], next);
  }
  return result;
}

/** Null where the change can't be made in place. */
function changedText(text: string, wanted: JsonObject, noted: JsonObject): string | null {
  let result = text;
  let steps = Number.POSITIVE_INFINITY;
  for (let step = 0; step <= steps; step += 1) {
    const shown = shownOf(result);
    if (shown === null) return null;
    const rest = differences(shown, wanted);
    const [next] = rest;
    if (next === undefined) return result;
    // A change of what has an anchor changes its aliases too, and each of those is put right once.
    if (step === 0) steps = 2 * rest.length + 100;
    const changed = withField(result, stepsOf(next.pointer), noted);
    if (changed === null) return null;
    result = changed;
  }
  return null;
}

function saidBy(text: string): JsonObject {
  const document = parseDocument(text, { stringKeys: true, merge: true });
  if (document.errors.length > 0) return {};
  const said: Json = document.toJS({ maxAliasCount: 1_000 });
  return isObject(said) ? said : {};
}

/** With the x- keys of `said`, for a backend and for the versions that both have. */
function withExtensions(wanted: JsonObject, said: JsonObject): JsonObject {
  const versions = Object.entries(objectAt(wanted, 'version_configs')).map(([name, config]) => {
    const before = objectAt(objectAt(said, 'version_configs'), name);
    return [name, isObject(config) ? { ...config, ...extensionsOf(before) } : config];
  });
  const own = { ...wanted, ...extensionsOf(said) };
  return 'version_configs' in wanted
    ? { ...own, version_configs: Object.fromEntries(versions) }
    : own;
}

function extensionsOf(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key.startsWith('x-')));
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return value !== undefined && isObject(value) ? value : {};
}

/** Comments and x- keys. */
function notesIn(text: string): number {
  const tokens = [...new Lexer().lex(text)];
  const said = saidBy(text);
  const configs = Object.keys(objectAt(said, 'version_configs')).map((name) =>
    objectAt(objectAt(said, 'version_configs'), name),
  );
  return (
    tokens.filter((token) => CST.tokenType(token) === 'comment').length +
    [said, ...configs].flatMap((object) => Object.keys(extensionsOf(object))).length
  );
}
