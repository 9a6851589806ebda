import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Where a Docker engine listens. */
export interface DockerEndpoint {
  socketPath: string;
}

export interface DockerCall {
  method: 'GET' | 'POST' | 'DELETE';
  /** Path and query, without the API version: the engine then speaks its own. */
  path: string;
  deadline_ms: number;
  /** Streamed as `application/x-tar`. */
  tar?: AsyncIterable<Uint8Array>;
}

/**
 * One call to the Docker engine; resolves with whatever status it answers. Rejects when nothing answers before the
 * deadline, or the tar could not be read.
 */
export async function callDocker(
  endpoint: DockerEndpoint,
  call: DockerCall,
): Promise<{ status: number; text: string }> {
  const req = request({
    socketPath: endpoint.socketPath,
    method: call.method,
    path: call.path,
    headers: { host: 'docker', ...(call.tar ? { 'content-type': 'application/x-tar' } : {}) },
    signal: AbortSignal.timeout(call.deadline_ms),
  });
  const reply = new Promise<{ status: number; text: string }>((resolve, reject) => {
    req.on('error', reject);
    req.on('response', (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () => {
        resolve({ status: res.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
  });
  try {
    if (!call.tar) {
      req.end();
      return await reply;
    }
    // An engine that refuses the upload answers before it has read all of it: the answer says more than the broken pipe.
    const upload = pipeline(Readable.from(call.tar, { objectMode: false }), req);
    const [answer, sent] = await Promise.allSettled([reply, upload]);
    if (answer.status === 'fulfilled') return answer.value;
    throw sent.status === 'rejected' ? sent.reason : answer.reason;
  } catch (error) {
    const what = `${call.method} ${call.path.split('?', 1)[0]}`;
    throw new Error(`Docker engine: ${what}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
