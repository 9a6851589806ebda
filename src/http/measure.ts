import { Failure } from '../../contract/failure.ts';

/** Objects and arrays within each other. */
export const maxNesting = 32;
/** The largest message, of a host with 1,024 instances, holds about 40,000. */
const maxValues = 100_000;

/** `malformed_body`, because of what stands at `offset` of `text`. */
export function refuseBody(text: string, offset: number, code: string, detail: string): Failure {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  return new Failure('malformed_body', `${detail} (line ${line}, column ${column})`, [
    { pointer: '', code, detail, line, column },
  ]);
}

/**
 * Measures a text that shall be JSON, in one pass and before anything is made of it.
 * @throws Failure `malformed_body` with the line of what is nested too deep or is one value too many
 */
export function measureJson(text: string): void {
  let depth = 0;
  let values = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (inString) {
      if (character === backslash) at += 1;
      else if (character === quote) inString = false;
      continue;
    }
    switch (character) {
      case quote:
        inString = true;
        break;
      case openBrace:
      case openBracket:
        depth += 1;
        values += 1;
        break;
      case closeBrace:
      case closeBracket:
        depth -= 1;
        break;
      case comma:
        values += 1;
    }
    if (depth > maxNesting) {
      const detail = `The body is nested more than ${maxNesting} levels deep.`;
      throw refuseBody(text, at, 'nested_too_deep', detail);
    }
    if (values > maxValues) {
      throw refuseBody(text, at, 'too_many_values', 'The body holds too many values.');
    }
  }
}

const codeOf = (character: string) => character.charCodeAt(0);
const quote = codeOf('"');
const backslash = codeOf('\\');
const comma = codeOf(',');
const openBrace = codeOf('{');
const closeBrace = codeOf('}');
const openBracket = codeOf('[');
const closeBracket = codeOf(']');
