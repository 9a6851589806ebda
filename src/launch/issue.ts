import { Failure } from '../../contract/failure.ts';

/** What can be wrong with a text that is rendered. The words are stable: clients may tell them apart. */
export type IssueCode =
  | 'unknown_placeholder'
  | 'unknown_secret'
  | 'model_required'
  | 'unclosed_quote'
  | 'trailing_backslash'
  | 'shell_operator'
  | 'nul_character'
  | 'secret_not_allowed'
  | 'unclosed_json'
  | 'too_long';

/** One thing that is wrong with a text. */
export interface Issue {
  code: IssueCode;
  /** A sentence for people: what is wrong, and what to write instead. */
  detail: string;
  /** Where it stands in the text as it was written: from 1, in UTF-16 code units. */
  column: number;
}

/** `cannot_render` for one text that stands alone: its errors point at the whole text (the pointer is empty). */
export function textFailure(issues: readonly Issue[]): Failure {
  const errors = issues.map((issue) => ({ pointer: '', ...issue }));
  return new Failure('cannot_render', errors.map((error) => error.detail).join(' '), errors);
}

export function nulIssue(column: number): Issue {
  return {
    code: 'nul_character',
    detail: 'A NUL character cannot be given to a process: remove it.',
    column,
  };
}
