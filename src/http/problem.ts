import { HTTPException } from 'hono/http-exception';
import { Failure } from '../../contract/failure.ts';
import { type Problem, type ProblemCode, problemTypes } from '../../contract/problem.ts';
import { LostRace } from '../db/batch.ts';
import type { AppContext } from './context.ts';
import { describeError } from './describe-error.ts';
import { maskCredentials } from './mask.ts';
import { limitHeader, policyHeader, TooManyRequests } from './rate-limits/too-many-requests.ts';

/** The reply for an error of any kind: problem+json, with nothing of the inside in a 5xx. */
export function problemReply(c: AppContext, error: Error): Response {
  const failure = asFailure(error);
  const { status, title, help } = problemTypes[failure.code];
  c.set('problemCode', failure.code);
  if (status >= 500) {
    console.error(
      JSON.stringify({
        level: 'error',
        message: 'request failed',
        request_id: c.var.requestId,
        method: c.req.method,
        path: maskCredentials(c.req.path),
        error: describeError(error),
      }),
    );
  }
  const problem: Problem = {
    type: `https://longshore.dev/problems/${failure.code.replaceAll('_', '-')}`,
    title,
    status,
    code: failure.code,
    detail: failure.message,
    help,
    request_id: c.var.requestId,
    ...(failure.errors.length > 0 ? { errors: [...failure.errors] } : {}),
    ...failure.extensions,
  };
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="longshore"';
  if (status === 503) headers['retry-after'] = '2';
  if (failure instanceof TooManyRequests) {
    const { policy, taken } = failure;
    headers['retry-after'] = String(taken.retryAfterSeconds);
    headers['ratelimit-policy'] = policyHeader([policy]);
    headers.ratelimit = limitHeader([{ policy, taken }]);
  }
  return c.body(JSON.stringify(problem), status, headers);
}

function asFailure(error: Error): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof LostRace) {
    return new Failure('conflict', 'Somebody changed the same thing at the same time.');
  }
  if (error instanceof HTTPException) return new Failure(codeOfStatus(error.status), error.message);
  if (isDatabaseAway(error)) {
    return new Failure('unavailable', 'The database did not answer; nothing was changed.');
  }
  return new Failure('internal', 'Something failed inside. The request id names it in the logs.');
}

function codeOfStatus(status: number): ProblemCode {
  for (const [code, type] of Object.entries(problemTypes)) {
    if (type.status === status) return code as ProblemCode; // a key of the table
  }
  return status < 500 ? 'invalid_request' : 'internal';
}

/** drizzle hides the client's error in `cause`. */
function isDatabaseAway(error: unknown): boolean {
  for (let current = error, depth = 0; current instanceof Error && depth < 4; depth += 1) {
    if ('code' in current && typeof current.code === 'string') {
      if (/^(SQLITE_BUSY|HRANA_|SERVER_ERROR)/.test(current.code)) return true;
    }
    if (/fetch failed|network connection lost|connection refused/i.test(current.message))
      return true;
    current = current.cause;
  }
  return false;
}
