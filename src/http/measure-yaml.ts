import { CST, Lexer } from 'yaml';
import type { Failure } from '../../contract/failure.ts';
import { maxNesting, refuseBody } from './measure.ts';

/** Of any kind; blanks and comments are tokens too. A definition of 256 versions has about 30,000. */
const maxTokens = 40_000;
/** Longer than any text that a resource takes. */
const maxTokenCharacters = 128 * 1024;
const maxDirectives = 10;

/**
 * Measures a YAML text by its tokens, so that the parser, which takes up to 30 µs for each and calls itself for each level,
 * never sees one that is too much for it. @throws Failure `malformed_body` with the line
 */
export function measureYaml(text: string): void {
  let offset = 0;
  let lineStart = 0;
  let tokens = 0;
  let directives = 0;
  let flowDepth = 0;
  /** Columns at which the block collections begin that are open here, outermost first. */
  const columns: number[] = [];
  /** What comes next may begin an entry of a block collection: it is the first of its line, or follows an indicator. */
  let beginsEntry = true;

  const refuse = (code: string, detail: string): Failure => refuseBody(text, offset, code, detail);
  for (const token of new Lexer().lex(text)) {
    // Marks that the lexer puts in; they stand nowhere in the text.
    if (token === CST.DOCUMENT || token === CST.FLOW_END || token === CST.SCALAR) continue;
    tokens += 1;
    if (tokens > maxTokens) throw refuse('too_many_values', 'The body holds too many values.');
    if (token.length > maxTokenCharacters) {
      const detail = `A text holds at most ${maxTokenCharacters} characters.`;
      throw refuse('text_too_long', detail);
    }
    const type = CST.tokenType(token);
    switch (type) {
      case 'newline':
        lineStart = offset + token.length;
        beginsEntry = true;
        break;
      case 'space':
      case 'comment':
        break;
      case 'directive-line':
        directives += 1;
        if (directives > maxDirectives) {
          throw refuse('too_many_directives', 'The body holds too many directives.');
        }
        break;
      case 'flow-map-start':
      case 'flow-seq-start':
        flowDepth += 1;
        break;
      case 'flow-map-end':
      case 'flow-seq-end':
        flowDepth = Math.max(0, flowDepth - 1);
        break;
      default:
        if (flowDepth > 0) break;
        if (beginsEntry) openAt(columns, offset - lineStart);
        beginsEntry =
          type === 'seq-item-ind' || type === 'explicit-key-ind' || type === 'map-value-ind';
    }
    if (columns.length + flowDepth > maxNesting) {
      throw refuse('nested_too_deep', `The body is nested more than ${maxNesting} levels deep.`);
    }
    offset += token.length;
  }
}

/** A collection at `column` ends those that begin to the right of it. */
function openAt(columns: number[], column: number): void {
  for (let last = columns.at(-1); last !== undefined && last > column; last = columns.at(-1)) {
    columns.pop();
  }
  if (columns.at(-1) !== column) columns.push(column);
}
