import { Failure } from '../contract/failure.ts';
import { problemTypes } from '../contract/problem.ts';
import { LostRace } from '../src/db/batch.ts';
import { isDatabaseAway } from './database.ts';

/** What an agent gets. */
export interface AgentAnswer {
  ok: boolean;
  status: number;
  body: string;
}

/** What the error handler of the routes makes of a failure. Throws what is a fault of ours. */
export function failureOf(error: unknown): AgentAnswer {
  if (isDatabaseAway(error)) {
    return { ok: false, status: 500, body: JSON.stringify({ code: 'internal', detail: '' }) };
  }
  const failure = error instanceof LostRace ? new Failure('conflict', '') : error;
  if (!(failure instanceof Failure)) throw error;
  const { code, message: detail, extensions } = failure;
  const { status } = problemTypes[code];
  return { ok: false, status, body: JSON.stringify({ code, detail, ...extensions }) };
}

/** Refused, lost a race five times, or the database gave no answer: what a user is told of. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Failure || error instanceof LostRace || isDatabaseAway(error);
}
