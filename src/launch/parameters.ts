import type { BackendDefinition } from '../../contract/backend.ts';
import { scanCommand } from './argv.ts';
import type { Issue } from './issue.ts';
import { nulIssues, type Piece, textOf } from './placeholders.ts';

/** What Python's `float` reads after the sign, which is what GPUStack asks: `-1_0`, `-.5`, `-1e5`, `-inf`, `-nan`. */
const digits = '\\d(?:_?\\d)*';
const negativeNumber = new RegExp(
  `^-(?:(?:${digits}(?:\\.(?:${digits})?)?|\\.${digits})(?:e[+-]?${digits})?|inf(?:inity)?|nan)$`,
  'i',
);

/** Whether a word is a flag (a key): it begins with `-`, is not `-` or `--`, and is not a number. */
export function looksLikeFlag(word: string): boolean {
  return word.startsWith('-') && word !== '-' && word !== '--' && !negativeNumber.test(word);
}

/**
 * The arguments that one entry of `backend_parameters` stands for, after substitution. A blank entry is none. One whose
 * first word looks like a flag is split like a command that was pasted (see `SplitOptions.pasted`), operators being
 * ordinary. Any other is one argument as it stands, without the blanks written around it. The rule is GPUStack's.
 */
export function flattenParameter(pieces: readonly Piece[]): { words: string[]; issues: Issue[] } {
  const trimmed = trimWritten(pieces);
  const text = textOf(trimmed);
  const firstWord = /[^ \t\r\n]+/.exec(text)?.[0];
  if (firstWord === undefined) return { words: [], issues: nulIssues(trimmed) };
  if (looksLikeFlag(firstWord)) {
    return scanCommand(trimmed, { operators: 'allow', pasted: true });
  }
  return { words: [text], issues: nulIssues(trimmed) };
}

/**
 * Writes each key of a flattened list that has exactly one value as `--key=value` (`equal`) or `--key value` (`space`).
 * A key without a value stays a flag, one with several values stays separated by spaces (as `--key=a b` would lose all
 * but the first), the number of dashes is kept, and what follows `--` is left alone. Without a format nothing changes.
 */
export function formatParameters(
  words: readonly string[],
  format: BackendDefinition['parameter_format'],
): string[] {
  if (format === undefined) return [...words];
  const result: string[] = [];
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? '';
    if (word === '--') return [...result, ...words.slice(at)];
    at += 1;
    if (!looksLikeFlag(word)) {
      result.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const values = equals < 0 ? valuesAt(words, at) : [word.slice(equals + 1)];
    if (equals < 0) at += values.length;
    const key = equals < 0 ? word : word.slice(0, equals);
    const [only] = values;
    if (only !== undefined && values.length === 1 && format === 'equal') {
      result.push(`${key}=${only}`);
    } else {
      result.push(key, ...values);
    }
  }
  return result;
}

function valuesAt(words: readonly string[], from: number): string[] {
  let end = from;
  for (let word = words[end]; word !== undefined && word !== '--'; word = words[end]) {
    if (looksLikeFlag(word)) break;
    end += 1;
  }
  return words.slice(from, end);
}

/** Without the blanks that are written at the ends; a value's own blanks stay. */
function trimWritten(pieces: readonly Piece[]): Piece[] {
  const trimmed = [...pieces];
  for (let first = trimmed[0]; first?.kind === 'text'; first = trimmed[0]) {
    const text = first.text.replace(/^[ \t\r\n]+/, '');
    const column = first.column + first.text.length - text.length;
    trimmed.shift();
    if (text === '') continue;
    trimmed.unshift({ kind: 'text', text, column });
    break;
  }
  for (let last = trimmed.at(-1); last?.kind === 'text'; last = trimmed.at(-1)) {
    const text = withoutBlanksAtEnd(last.text);
    trimmed.pop();
    if (text === '') continue;
    trimmed.push({ ...last, text });
    break;
  }
  return trimmed;
}

/** Not by a regular expression: one that looks for the end begins at every blank anew. */
function withoutBlanksAtEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ' \t\r\n'.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
