import { request } from 'node:http';

export const PROBE_DEADLINE_MS = 3_000;

/**
 * What lies behind a socket path: an engine, nothing (no socket, or nobody listens), a socket that we may not use, or
 * something that takes the connection but does not behave like an engine.
 */
export type Probe =
  | { state: 'answers'; version: string; apiVersion: string }
  | { state: 'nothing' }
  | { state: 'denied' }
  | { state: 'broken'; reason: string };

/** Asks for `/_ping` and `/version`, each with a deadline. Never rejects. */
export async function probeEngine(
  socketPath: string,
  deadline_ms = PROBE_DEADLINE_MS,
): Promise<Probe> {
  try {
    const ping = await get(socketPath, '/_ping', deadline_ms);
    if (ping.status !== 200) return { state: 'broken', reason: `/_ping gave ${ping.status}` };
    const { text } = await get(socketPath, '/version', deadline_ms);
    const { Version, ApiVersion }: { Version?: unknown; ApiVersion?: unknown } = JSON.parse(text);
    if (typeof Version !== 'string' || typeof ApiVersion !== 'string') {
      return { state: 'broken', reason: '/version names no version' };
    }
    return { state: 'answers', version: Version, apiVersion: ApiVersion };
  } catch (error) {
    return probeOfError(error);
  }
}

/** Node puts the system's error name into `code`; an aborted request has the deadline's error as its cause. */
function probeOfError(error: unknown): Probe {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ECONNREFUSED':
      return { state: 'nothing' };
    case 'EACCES':
    case 'EPERM':
      return { state: 'denied' };
    case 'ABORT_ERR':
      return { state: 'broken', reason: 'no answer in time' };
    default:
      return { state: 'broken', reason: error instanceof Error ? error.message : String(error) };
  }
}

function get(
  socketPath: string,
  path: string,
  deadline_ms: number,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const req = request({
      socketPath,
      path,
      headers: { host: 'docker' },
      signal: AbortSignal.timeout(deadline_ms),
    });
    req.on('error', reject);
    req.on('response', (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (chunk: string) => {
        text += chunk;
      });
      res.on('error', reject);
      res.on('end', () => resolve({ status: res.statusCode ?? 0, text }));
    });
    req.end();
  });
}
