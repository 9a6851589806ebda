import type { InputError, Problem } from '../../../contract/problem.ts';

export type InputFault = typeof InputError._output;

/** The control plane refused, and says why. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** Nothing of ours answered: the network is away, or a proxy spoke. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** What was asked would have changed nothing: it is asked again. */
  readonly ofReading: boolean;

  constructor(message: string, { ofReading, cause }: { ofReading: boolean; cause?: unknown }) {
    super(message, { cause });
    this.ofReading = ofReading;
  }
}

export function isProblem(error: unknown, code?: Problem['code']): error is ApiError {
  return error instanceof ApiError && (code === undefined || error.problem.code === code);
}
