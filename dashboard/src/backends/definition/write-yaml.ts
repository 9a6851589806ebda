import { CST, type Document, Lexer, parseDocument, stringify } from 'yaml';
import { differences, isEqual } from '../../../../contract/differences.ts';
import type { Json, JsonObject } from '../../../../contract/json.ts';
import { definitionOf, draftOf } from './draft.ts';
import { readYaml, stepsOf } from './read-yaml.ts';

const options = { lineWidth: 0, blockQuote: 'literal' } as const;

/** A definition as YAML that any reader takes for the same, whatever version of YAML it knows. */
export function writeYaml(definition: JsonObject): string {
  return stringify(definition, { ...options, version: '1.1' }).replace(/^%YAML 1\.1\n---\n/, '');
}

/**
 * `text` changed so that it says `wanted`: what does not differ stays as it was written, comments too. `losesComments`:
 * some could not stay.
 */
export function rewriteYaml(
  text: string,
  wanted: JsonObject,
): { text: string; losesComments: boolean } {
  const before = shownOf(text);
  if (before !== null && isEqual(before, wanted)) return { text, losesComments: false };
  const changed = before === null ? null : changedText(text, before, wanted);
  const result = changed ?? writeYaml(wanted);
  return { text: result, losesComments: commentsIn(result) < commentsIn(text) };
}

/** What a form shows of a text; null while it can't show all of it. */
function shownOf(text: string): JsonObject | null {
  const { definition, problems } = readYaml(text);
  return problems.length > 0 ? null : definitionOf(draftOf(definition));
}

/** Null where the change can't be made in place, as inside of an alias. */
function changedText(text: string, before: JsonObject, wanted: JsonObject): string | null {
  const document = parseDocument(text, { stringKeys: true, merge: true });
  if (document.contents === null) return null;
  try {
    for (const { pointer, change, after } of differences(before, wanted)) {
      const path = stepsOf(pointer);
      if (change === 'removed') document.deleteIn(path);
      else setAt(document, path, after);
    }
    const result = document.toString(options);
    const shown = shownOf(result);
    return shown !== null && isEqual(shown, wanted) ? result : null;
  } catch {
    // Written anew instead, and the user is told where that costs comments.
    return null;
  }
}

function setAt(document: Document, path: readonly string[], value: Json): void {
  for (let length = 1; length < path.length; length += 1) {
    const around = path.slice(0, length);
    // A key with nothing after it yet.
    if (document.getIn(around) === null) document.setIn(around, document.createNode({}));
  }
  // A plain value takes the place of another one, whose comment stays.
  document.setIn(path, typeof value === 'object' ? document.createNode(value) : value);
}

function commentsIn(text: string): number {
  return [...new Lexer().lex(text)].filter((token) => CST.tokenType(token) === 'comment').length;
}
