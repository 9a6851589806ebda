import type { InputError, Problem, ProblemCode } from './problem.ts';

/**
 * An expected failure with a stable code. Features and the renderer throw it without knowing HTTP; one place turns it
 * into a problem. `message` is the problem's `detail`: safe to show to the caller.
 */
export class Failure extends Error {
  override name = 'Failure';
  readonly code: ProblemCode;
  readonly errors: readonly InputError[];
  /** Members of the problem beyond the usual ones. */
  readonly extensions: Pick<Problem, 'epoch'>;

  constructor(
    code: ProblemCode,
    message: string,
    errors: readonly InputError[] = [],
    extensions: Pick<Problem, 'epoch'> = {},
  ) {
    super(message);
    this.code = code;
    this.errors = errors;
    this.extensions = extensions;
  }
}
