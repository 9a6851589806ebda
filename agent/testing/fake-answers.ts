import type { IncomingMessage } from 'node:http';
import { type ProblemCode, problemTypes } from '../../contract/problem.ts';

export function bearerOf(request: IncomingMessage): string {
  return (request.headers.authorization ?? '').replace(/^Bearer /, '');
}

/** An answer that is a problem. */
export function problem(code: ProblemCode, extra: { epoch?: number } = {}) {
  const { status, title, help } = problemTypes[code];
  const body = { type: `/problems/${code}`, title, status, code, detail: title, help, ...extra };
  return { status, body: { ...body, request_id: 'req' } };
}
