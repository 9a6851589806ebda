import { Failure } from '../../contract/failure.ts';
import type { AppContext } from './context.ts';

/**
 * Every attempt to prove who one is by a password (of `email`) or a code (null) goes through here: those that fail are
 * counted.
 * @throws TooManyRequests
 */
export async function limitSignIn<Result>(
  c: AppContext,
  email: string | null,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const didNotFail = await c.var.admitSignIn(email);
  try {
    const result = await attempt();
    didNotFail();
    return result;
  } catch (error) {
    const isFailure =
      error instanceof Failure && ['sign_in_failed', 'invalid_code'].includes(error.code);
    if (!isFailure) didNotFail();
    throw error;
  }
}
