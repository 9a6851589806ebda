import { request as httpRequest, type IncomingMessage } from 'node:http';
import { EngineAwayError, EngineRefusedError } from './errors.ts';

export interface EngineCall {
  method: 'GET' | 'POST' | 'DELETE';
  /** With its query. */
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
  limits: CallLimits;
  signal?: AbortSignal;
}

/** An engine that is stopped accepts connections and says nothing: what has none of them is ended by its caller. */
export type CallLimits =
  /** From the call to the last byte. */
  | { total_ms: number }
  /** To the reply's head; after it, between two pieces of its body. Null: as quiet as it likes. */
  | { head_ms: number | null; stall_ms: number | null };

/**
 * One call to the engine over its socket, on a connection of its own. `read` gets the reply of any status. Throws
 * `EngineAwayError` for a missing engine, a cut or a passed limit, what `read` throws, and the signal's reason.
 */
export function callEngine<Result>(
  socketPath: string,
  call: EngineCall,
  read: (reply: IncomingMessage) => Promise<Result>,
): Promise<Result> {
  const { signal, limits } = call;
  signal?.throwIfAborted();
  return new Promise<Result>((resolve, reject) => {
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    const request = httpRequest({
      socketPath,
      agent: false,
      method: call.method,
      path: call.path,
      headers: {
        ...call.headers,
        host: 'docker',
        ...(body === null
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    });
    let timer: NodeJS.Timeout | undefined;
    const limit = (ms: number, what: string) => {
      clearTimeout(timer);
      timer = setTimeout(
        () => fail(new EngineAwayError(`the Docker engine ${what} for ${ms / 1000} s`)),
        ms,
      );
    };
    const onAbort = () => fail(signal?.reason);
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      request.destroy();
    };
    const fail = (error: unknown) => {
      reject(error);
      end();
    };
    signal?.addEventListener('abort', onAbort);
    const firstMs = 'total_ms' in limits ? limits.total_ms : limits.head_ms;
    if (firstMs !== null) limit(firstMs, 'did not answer');
    request.on('error', (error) =>
      fail(new EngineAwayError(`the Docker engine cannot be reached: ${error.message}`)),
    );
    request.on('response', (reply) => {
      if ('head_ms' in limits) {
        const stallMs = limits.stall_ms;
        clearTimeout(timer);
        if (stallMs !== null) {
          limit(stallMs, 'sent nothing');
          reply.on('data', () => limit(stallMs, 'sent nothing'));
          reply.pause(); // until `read` wants it
        }
      }
      read(reply).then(
        (result) => {
          resolve(result);
          end();
        },
        (error: unknown) => {
          const ours = error instanceof EngineRefusedError || error instanceof EngineAwayError;
          fail(ours ? error : asCut(error));
        },
      );
    });
    request.end(body ?? undefined);
  });
}

/** A stream that breaks does so with a system error or a "premature close"; anything else is a fault of ours. */
function asCut(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  return new EngineAwayError(`the connection to the Docker engine was cut: ${error.message}`);
}

/** The whole body, at most `largestBytes` of it. */
export async function readBody(reply: IncomingMessage, largestBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of reply) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size >= largestBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, largestBytes);
}
