import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type * as z from 'zod';
import { Problem } from '../../contract/problem.ts';
import { connectionsTo, type Env } from '../proxy.ts';

/**
 * What came of a call. Only `reply` and `problem` come from the control plane; whatever else happened (no connection,
 * the deadline, a proxy's page, JSON that is not ours) is `no_answer`: the call may or may not have taken effect.
 */
export type Answer<Reply> =
  | { kind: 'reply'; reply: Reply; received: unknown }
  | { kind: 'problem'; problem: Problem; retry_after_ms: number | null }
  | { kind: 'no_answer'; detail: string };

export interface Post<Reply> {
  /** After the control plane's address, from `/`. */
  path: string;
  bearer: string;
  /** JSON. */
  body: string;
  reply: z.ZodType<Reply>;
}

export interface HttpClient {
  /** Never rejects. */
  post<Reply>(post: Post<Reply>): Promise<Answer<Reply>>;
  get<Reply>(path: string, reply: z.ZodType<Reply>, bearer?: string): Promise<Answer<Reply>>;
  /** Ends calls in flight (as `no_answer`) and idle connections. */
  close(): void;
}

export interface HttpClientOptions {
  /** Of the control plane, without a slash at its end. */
  url: string;
  user_agent: string;
  /** From the call to the last byte of the reply. */
  deadline_ms?: number;
  /** Names the proxies; default: that of the process. */
  env?: Env;
}

const defaultDeadlineMs = 10_000;
/** A desired set of 1,024 launches is about 4 MB. */
const largestReplyBytes = 32 * 1024 * 1024;

interface Wire {
  method: 'GET' | 'POST';
  path: string;
  bearer: string | null;
  body: string | null;
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const secure = options.url.startsWith('https:');
  const closed = new AbortController();
  const deadlineMs = options.deadline_ms ?? defaultDeadlineMs;
  const connections = connectionsTo(options.url, options.env ?? process.env, {
    keepAlive: true,
    deadline_ms: deadlineMs,
    signal: closed.signal,
  });

  function send(wire: Wire): Promise<{ reply: IncomingMessage; text: string }> {
    return new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(`${options.url}${wire.path}`, {
        method: wire.method,
        agent: connections,
        signal: closed.signal,
        headers: {
          accept: 'application/json',
          'user-agent': options.user_agent,
          ...(wire.bearer === null ? {} : { authorization: `Bearer ${wire.bearer}` }),
          ...(wire.body === null
            ? {}
            : {
                'content-type': 'application/json',
                'content-length': Buffer.byteLength(wire.body),
              }),
        },
      });
      const fail = (error: Error) => {
        clearTimeout(deadline);
        reject(new SendError(error.message, request.reusedSocket));
      };
      const deadline = setTimeout(() => {
        const late = new Error(`no whole reply within ${deadlineMs / 1000} s`);
        request.destroy(late);
        // One that has no connection yet says nothing when it is destroyed.
        fail(late);
      }, deadlineMs);
      request.on('error', fail);
      request.on('response', (reply) => {
        const chunks: Buffer[] = [];
        let size = 0;
        reply.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > largestReplyBytes) request.destroy(new Error('the reply is too large'));
          else chunks.push(chunk);
        });
        reply.on('error', fail);
        reply.on('end', () => {
          clearTimeout(deadline);
          resolve({ reply, text: Buffer.concat(chunks).toString('utf8') });
        });
      });
      request.end(wire.body ?? undefined);
    });
  }

  /** A server may close an idle connection at the moment it is used again: that is tried once more on a new one. */
  async function sendTwice(wire: Wire) {
    try {
      return await send(wire);
    } catch (error) {
      const again = error instanceof SendError && error.reused && !closed.signal.aborted;
      if (!again) throw error;
      return await send(wire);
    }
  }

  async function call<Reply>(wire: Wire, schema: z.ZodType<Reply>): Promise<Answer<Reply>> {
    try {
      const { reply, text } = await sendTwice(wire);
      return readAnswer(reply, text, schema);
    } catch (error) {
      return { kind: 'no_answer', detail: error instanceof Error ? error.message : String(error) };
    }
  }

  return {
    post: ({ path, bearer, body, reply }) => call({ method: 'POST', path, bearer, body }, reply),
    get: (path, reply, bearer) =>
      call({ method: 'GET', path, bearer: bearer ?? null, body: null }, reply),
    close() {
      closed.abort();
      connections.destroy();
    },
  };
}

class SendError extends Error {
  override name = 'SendError';
  /** The connection had served an earlier call. */
  readonly reused: boolean;

  constructor(message: string, reused: boolean) {
    super(message);
    this.reused = reused;
  }
}

function readAnswer<Reply>(
  reply: IncomingMessage,
  text: string,
  schema: z.ZodType<Reply>,
): Answer<Reply> {
  const status = reply.statusCode ?? 0;
  const type = (reply.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  const noAnswer = (why: string): Answer<Reply> => ({
    kind: 'no_answer',
    detail: `HTTP ${status}: ${why}`,
  });
  if (type !== 'application/json' && type !== 'application/problem+json') {
    return noAnswer(`${type || 'a reply without a type'} instead of JSON`);
  }
  let received: unknown;
  try {
    received = JSON.parse(text);
  } catch {
    return noAnswer('the JSON is broken');
  }
  if (type === 'application/problem+json') {
    const problem = Problem.safeParse(received);
    if (!problem.success || problem.data.status !== status) return noAnswer('not our problem');
    const seconds = Number(reply.headers['retry-after']);
    return {
      kind: 'problem',
      problem: problem.data,
      retry_after_ms: seconds > 0 ? seconds * 1000 : null,
    };
  }
  if (status !== 200 && status !== 201) return noAnswer('not a reply of this protocol');
  const read = schema.safeParse(received);
  if (read.success) return { kind: 'reply', reply: read.data, received };
  const where = read.error.issues[0]?.path.join('.') ?? '';
  return noAnswer(`not a reply of this protocol (at "${where}")`);
}
