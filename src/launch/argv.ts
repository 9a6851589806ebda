import { type Issue, nulIssue, textFailure } from './issue.ts';
import { jsonEnd } from './json-span.ts';
import type { Piece } from './placeholders.ts';
import { operatorIssues } from './shell-operators.ts';
import { type Unit, unitsOf } from './unit.ts';

export interface SplitOptions {
  /** Whether a shell operator that is written outside quotes (not brought by a value) is an error. */
  operators: 'refuse' | 'allow';
  /**
   * What people paste into parameter fields, as GPUStack takes it: JSON right after `=` stays whole, a stray backslash
   * at the end is dropped, and a line may also end in CR LF.
   */
  pasted?: boolean;
}

/**
 * Splits a command into its arguments as POSIX says and Python's `shlex.split` does it: blanks are space, tab, CR and
 * LF; a backslash outside quotes makes the next character literal, inside double quotes it escapes only `"` and `\`,
 * inside single quotes nothing; `#`, `$NAME`, `~`, `*`, `?` and `[` are ordinary. Unlike `shlex`, backslash-newline
 * joins lines outside single quotes, as in a shell, and written shell operators can be refused.
 *
 * What a placeholder brought is syntax as it stands outside quotes, and literal inside quotes that it did not open
 * itself: it can never end them. A secret is never split.
 *
 * Throws `Failure('cannot_render')` with all issues of the text: `unclosed_quote`, `trailing_backslash`,
 * `shell_operator`, `nul_character`, `unclosed_json`.
 */
export function splitCommand(pieces: readonly Piece[], options: SplitOptions): string[] {
  const { words, issues } = scanCommand(pieces, options);
  if (issues.length > 0) throw textFailure(issues);
  return words;
}

/** `splitCommand` for plain text without placeholders, in which operators are ordinary characters. */
export function splitWords(text: string): string[] {
  return splitCommand([{ kind: 'text', text, column: 1 }], { operators: 'allow' });
}

/** `splitCommand` that hands its issues back instead of throwing. With issues, the words are of no use. */
export function scanCommand(
  pieces: readonly Piece[],
  options: SplitOptions,
): { words: string[]; issues: Issue[] } {
  return new Splitter(unitsOf(pieces), options).split();
}

/** Beyond these, brackets that never close are an error. */
const maxUnclosed = 16;

class Splitter {
  readonly #units: readonly Unit[];
  readonly #options: SplitOptions;
  readonly #words: string[] = [];
  readonly #issues: Issue[] = [];
  /** The written characters that are neither quoted nor escaped. */
  readonly #bare: Unit[] = [];
  #at = 0;
  /** Brackets after `=` that were followed to the end of the text and never close. */
  #unclosed = 0;
  /** Null between words; a word may be empty (`''`). */
  #word: string | null = null;

  constructor(units: readonly Unit[], options: SplitOptions) {
    this.#units = units;
    this.#options = options;
  }

  split(): { words: string[]; issues: Issue[] } {
    for (let unit = this.#units[0]; unit; unit = this.#units[this.#at]) this.#step(unit);
    this.#endWord();
    if (this.#options.operators === 'refuse') this.#issues.push(...operatorIssues(this.#bare));
    this.#issues.sort((a, b) => a.column - b.column);
    return { words: this.#words, issues: this.#issues };
  }

  /** Takes what begins with `unit`, outside quotes. */
  #step(unit: Unit): void {
    switch (unit.text) {
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        this.#endWord();
        this.#at += 1;
        return;
      case '\\':
        this.#escape(unit);
        return;
      case "'":
      case '"':
        this.#quoted(unit);
        return;
      case '=':
        this.#take(unit);
        if (this.#options.pasted) this.#json();
        return;
      default:
        if (unit.broughtBy === null) this.#bare.push(unit);
        this.#take(unit);
    }
  }

  #escape(backslash: Unit): void {
    this.#at += 1;
    if (this.#skipLineEnd()) return;
    const next = this.#units[this.#at];
    if (next) {
      this.#take(next);
    } else if (!this.#options.pasted) {
      this.#issues.push({
        code: 'trailing_backslash',
        detail:
          backslash.broughtBy === null
            ? 'The text ends in a backslash that escapes nothing: remove it, or double it.'
            : 'The value put in here ends the text with a backslash that escapes nothing: put the placeholder in double quotes.',
        column: backslash.column,
      });
    }
  }

  #quoted(opening: Unit): void {
    const isSyntax = ({ broughtBy }: Unit) => broughtBy === null || broughtBy === opening.broughtBy;
    this.#word ??= '';
    this.#at += 1;
    for (let unit = this.#units[this.#at]; unit; unit = this.#units[this.#at]) {
      if (isSyntax(unit) && unit.text === opening.text) {
        this.#at += 1;
        return;
      }
      if (isSyntax(unit) && unit.text === '\\' && opening.text === '"') {
        this.#escapeInQuotes(unit, isSyntax);
      } else {
        this.#take(unit);
      }
    }
    const kind = opening.text === '"' ? 'double' : 'single';
    this.#issues.push({
      code: 'unclosed_quote',
      detail:
        opening.broughtBy === null
          ? `The ${kind} quote that opens here is never closed. For a literal one write \`\\${opening.text}\`.`
          : `The value put in here opens a ${kind} quote that is never closed: put the placeholder in double quotes.`,
      column: opening.column,
    });
  }

  #escapeInQuotes(backslash: Unit, isSyntax: (unit: Unit) => boolean): void {
    const next = this.#units[this.#at + 1];
    if (next && isSyntax(next)) {
      this.#at += 1;
      if (this.#skipLineEnd()) return;
      if (next.text === '"' || next.text === '\\') {
        this.#take(next);
        return;
      }
      this.#at -= 1;
    }
    this.#take(backslash);
  }

  #skipLineEnd(): boolean {
    const first = this.#units[this.#at]?.text;
    if (first === '\n') {
      this.#at += 1;
      return true;
    }
    if (!this.#options.pasted || first !== '\r') return false;
    if (this.#units[this.#at + 1]?.text !== '\n') return false;
    this.#at += 2;
    return true;
  }

  /** Takes the JSON that begins here, if any does. */
  #json(): void {
    // Each look may go through the whole rest of the text.
    if (this.#unclosed > maxUnclosed) return;
    const end = jsonEnd(this.#units, this.#at);
    const bracket = this.#units[this.#at];
    if (end === this.#at && bracket && '{['.includes(bracket.text)) {
      this.#unclosed += 1;
      if (this.#unclosed > maxUnclosed) {
        this.#issues.push({
          code: 'unclosed_json',
          detail: `More than ${maxUnclosed} brackets that follow a \`=\` never close: write them in quotes.`,
          column: bracket.column,
        });
      }
    }
    for (let unit = this.#units[this.#at]; unit && this.#at < end; unit = this.#units[this.#at]) {
      this.#take(unit);
    }
  }

  #take(unit: Unit): void {
    // A secret's mark is longer than its first NUL: what is only one is no mark.
    if (unit.text === '\0') this.#issues.push(nulIssue(unit.column));
    this.#word = (this.#word ?? '') + unit.text;
    this.#at += 1;
  }

  #endWord(): void {
    if (this.#word !== null) this.#words.push(this.#word);
    this.#word = null;
  }
}
