import { secretMark } from '../../contract/secret-mark.ts';
import { type Issue, nulIssue } from './issue.ts';
import {
  maxIssues,
  maxTextCharacters,
  newRoom,
  type Room,
  secretCharacters,
  tooLongIssue,
  weightOf,
} from './room.ts';
import { nearest } from './suggest.ts';

/** The names that are filled in everywhere; they win over a variable of the same name. */
export const builtInNames = [
  'model_path',
  'model_name',
  'port',
  'worker_ip',
  'gpu_count',
  'gpu_ids',
] as const;
export type BuiltInName = (typeof builtInNames)[number];

/**
 * A part of a substituted text, and where it is from. Columns count UTF-16 code units of the text as it was written,
 * from 1; what a placeholder brought has the column of its braces, so equal columns mean the same placeholder.
 */
export type Piece =
  /** Written: its characters stand at `column`, `column` + 1, ... */
  | { kind: 'text'; text: string; column: number }
  /** Brought by a placeholder. */
  | { kind: 'value'; text: string; column: number }
  /** The place of a secret, put there directly or by a variable that holds one. Opaque: never split. */
  | { kind: 'secret'; name: string; column: number };

export interface Scope {
  /** What kind of text is filled, which says what it can name: only built-ins and secrets in a variable's value. */
  text: 'command' | 'variable';
  /** By name; null: a built-in that has no value here, which only `model_path` without a model is. */
  values: ReadonlyMap<string, string | null>;
  secretNames: ReadonlySet<string>;
}

export interface Substituted {
  pieces: Piece[];
  /** Names without a value; each stays in the pieces as it was written. Or `too_long`: the pieces are of no use. */
  issues: Issue[];
}

const blanks = '[ \\t\\r\\n]*';
const name = '[A-Za-z_][A-Za-z0-9_]*';
const secretName = '[A-Za-z0-9_.-]+';
const placeholder = new RegExp(
  `\\\\\\{\\{|\\{\\{${blanks}(?:(${name})|secrets\\.(${secretName}))${blanks}\\}\\}`,
  'g',
);

/**
 * Fills `{{name}}` and `{{secrets.NAME}}` in one pass: a value put in is not looked at again. `\{{` becomes a literal
 * `{{`, and braces around anything but a name are text. What it makes is taken from `room`. Never throws.
 */
export function substitute(text: string, scope: Scope, room: Room = newRoom()): Substituted {
  const pieces: Piece[] = [];
  const issues: Issue[] = [];
  let done = 0;
  const most = Math.min(maxTextCharacters, room.characters);
  let length = text.length;
  const note = (issue: Issue) => {
    if (issues.length < maxIssues) issues.push(issue);
  };
  for (const match of text.matchAll(placeholder)) {
    if (length > most) break;
    const [whole, valueName, secret] = match;
    length += growthBy(whole, valueName, secret, scope);
    if (match.index > done) pieces.push(written(text.slice(done, match.index), done));
    done = match.index + whole.length;
    const column = match.index + 1;
    if (valueName !== undefined) {
      const value = scope.values.get(valueName);
      if (typeof value === 'string') {
        pieces.push(...brought(value, column));
      } else {
        pieces.push(written(whole, match.index));
        note(value === null ? modelRequired(column) : unknownName(valueName, column, scope, room));
      }
    } else if (secret !== undefined) {
      if (scope.secretNames.has(secret)) {
        pieces.push({ kind: 'secret', name: secret, column });
      } else {
        pieces.push(written(whole, match.index));
        note(unknownSecret(secret, column, scope.secretNames, room));
      }
    } else {
      pieces.push({ kind: 'text', text: '{{', column: column + 1 });
    }
  }
  if (length > most) return { pieces: [], issues: [tooLongIssue(room)] };
  room.characters -= length;
  if (done < text.length) pieces.push(written(text.slice(done), done));
  return { pieces, issues };
}

/** How much longer a text becomes by what stands for the placeholder `whole`. */
function growthBy(
  whole: string,
  valueName: string | undefined,
  secret: string | undefined,
  { values, secretNames }: Scope,
): number {
  const value = valueName === undefined ? undefined : values.get(valueName);
  if (typeof value === 'string') return weightOf(value) - whole.length;
  return secret !== undefined && secretNames.has(secret) ? secretCharacters - whole.length : 0;
}

/** The text that pieces make, with marks for secrets (see contract/secret-mark.ts). */
export function textOf(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => (piece.kind === 'secret' ? secretMark(piece.name) : piece.text))
    .join('');
}

/** NUL characters in written text or values, those that are not part of a secret's mark: one issue per piece. */
export function nulIssues(pieces: readonly Piece[]): Issue[] {
  return pieces.flatMap((piece) => {
    if (piece.kind === 'secret') return [];
    const at = piece.text.indexOf('\0');
    if (at < 0) return [];
    return [nulIssue(piece.kind === 'text' ? piece.column + at : piece.column)];
  });
}

function written(text: string, offset: number): Piece {
  return { kind: 'text', text, column: offset + 1 };
}

/** A value's pieces. Marks in it are places of secrets: values were checked for other NULs when they were filled. */
function brought(value: string, column: number): Piece[] {
  if (!value.includes('\0')) return value === '' ? [] : [{ kind: 'value', text: value, column }];
  // With one capture group, split gives text and captures in turn: every second part is a secret's name.
  return value
    .split(/\0([^\0]+)\0/)
    .map(
      (part, index): Piece =>
        index % 2 === 1
          ? { kind: 'secret', name: part, column }
          : { kind: 'value', text: part, column },
    )
    .filter((piece) => piece.kind === 'secret' || piece.text !== '');
}

/** The one of `known` that was probably meant, as long as there is room for looking. */
function meant(name: string, known: Iterable<string>, room: Room): string | null {
  if (room.suggestions <= 0) return null;
  room.suggestions -= 1;
  return nearest(name, known);
}

function unknownName(unknown: string, column: number, scope: Scope, room: Room): Issue {
  const close = meant(unknown, scope.values.keys(), room);
  const suggestion = close === null ? '' : ` Did you mean \`{{${close}}}\`?`;
  const builtIns = builtInNames.map((known) => `{{${known}}}`).join(', ');
  const detail =
    scope.text === 'variable'
      ? `\`{{${unknown}}}\` stays as it is.${suggestion} The value of a variable can name the built-in ${builtIns} and \`{{secrets.NAME}}\`, but no other variable.`
      : `Nothing defines \`{{${unknown}}}\`.${suggestion} Built in are ${builtIns}; a variable of the environment can be named too. For literal braces write \`\\{{\`.`;
  return {
    code: 'unknown_placeholder',
    detail,
    column,
  };
}

function unknownSecret(
  unknown: string,
  column: number,
  known: ReadonlySet<string>,
  room: Room,
): Issue {
  return { code: 'unknown_secret', detail: unknownSecretDetail(unknown, known, room), column };
}

export function unknownSecretDetail(
  unknown: string,
  known: ReadonlySet<string>,
  room: Room = newRoom(),
): string {
  const close = meant(unknown, known, room);
  const suggestion = close === null ? 'Make it first.' : `Did you mean \`${close}\`?`;
  return `The organisation has no secret named \`${unknown}\`. ${suggestion}`;
}

function modelRequired(column: number): Issue {
  return {
    code: 'model_required',
    detail:
      '`{{model_path}}` needs a model: give `model` with the source `huggingface` or `local_path`.',
    column,
  };
}
