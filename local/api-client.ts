import { setTimeout as delay } from 'node:timers/promises';
import type * as z from 'zod';
import { Problem } from '../contract/problem.ts';

const CALL_DEADLINE_MS = 10_000;

export interface ApiClient {
  readonly url: string;
  /** Resolves with what `schema` makes of a 2xx reply. Throws `ApiError`, or what `fetch` throws. */
  call<Schema extends z.ZodType>(request: ApiCall, schema: Schema): Promise<z.output<Schema>>;
}

export interface ApiCall {
  method: 'GET' | 'POST';
  path: string;
  /** Sent as it is. */
  body?: string;
  contentType?: string;
  signal?: AbortSignal | undefined;
}

/** The API refused; `message` is for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string | null;

  constructor(call: ApiCall, status: number, problem: z.infer<typeof Problem> | null) {
    const details = problem?.errors?.map(({ pointer, detail }) => `${pointer}: ${detail}`) ?? [];
    const text = problem ? [problem.detail, ...details].join('\n  ') : `status ${status}`;
    super(`${call.method} ${call.path}: ${text}`);
    this.status = status;
    this.code = problem?.code ?? null;
  }
}

export function createApiClient(url: string, token: string): ApiClient {
  return {
    url,
    async call(request, schema) {
      const deadline = AbortSignal.timeout(CALL_DEADLINE_MS);
      const reply = await fetch(`${url}${request.path}`, {
        method: request.method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(request.body === undefined
            ? {}
            : { 'content-type': request.contentType ?? 'application/json' }),
        },
        ...(request.body === undefined ? {} : { body: request.body }),
        signal: request.signal ? AbortSignal.any([request.signal, deadline]) : deadline,
      });
      const text = await reply.text();
      if (reply.ok) return schema.parse(text === '' ? undefined : JSON.parse(text));
      throw new ApiError(request, reply.status, problemOf(text));
    },
  };
}

function problemOf(text: string): z.infer<typeof Problem> | null {
  try {
    return Problem.parse(JSON.parse(text));
  } catch {
    // Not the control plane's own reply.
    return null;
  }
}

/** Asks `probe` until it gives something else than undefined. Throws `late()` after the deadline. */
export async function waitFor<T>(
  probe: () => Promise<T | undefined>,
  options: {
    deadline_ms: number;
    poll_ms: number;
    late: () => Error;
    signal?: AbortSignal | undefined;
  },
): Promise<T> {
  const deadline = performance.now() + options.deadline_ms;
  for (;;) {
    options.signal?.throwIfAborted();
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw options.late();
    await delay(options.poll_ms, undefined, options.signal ? { signal: options.signal } : {});
  }
}
