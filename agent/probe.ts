import { Agent, request } from 'node:http';
import type { LaunchSpec } from '../contract/launch-spec.ts';
import type { ProbeResult } from './health.ts';

/** Keeps no connection: one that waits may be closed by the server as it is used again. */
const ownConnection = new Agent({ keepAlive: false });

/** More than is shown: what is masked shrinks. */
const excerptCharacters = 1000;

/**
 * Asks an instance once for its health: GET, no redirect followed, a connection of its own. Any 2xx is ready. Never
 * rejects; after `signal` aborts the result means nothing.
 */
export function probe(spec: LaunchSpec, signal: AbortSignal): Promise<ProbeResult> {
  const failure = (summary: string): ProbeResult => ({ ready: false, summary, excerpt: null });
  return new Promise((resolve) => {
    const host = spec.worker_ip.includes(':') ? `[${spec.worker_ip}]` : spec.worker_ip;
    let address: URL;
    try {
      address = new URL(`http://${host}:${spec.port}${spec.health.path}`);
    } catch {
      return resolve(failure('the health path is not an address'));
    }
    const timeoutMs = spec.health.timeout_seconds * 1000;
    const call = request(address, {
      agent: ownConnection,
      signal,
      headers: { 'user-agent': 'longshore-agent' },
    });
    const timer = setTimeout(
      () => end(failure(`no answer within ${spec.health.timeout_seconds} s`)),
      timeoutMs,
    );
    const end = (result: ProbeResult) => {
      clearTimeout(timer);
      resolve(result);
      call.destroy();
    };
    call.on('error', (error) => end(failure(inWords(error))));
    call.on('response', (reply) => {
      const status = reply.statusCode ?? 0;
      const ready = status >= 200 && status < 300;
      const summary = `HTTP ${status}`;
      if (ready) return end({ ready, summary, excerpt: null });
      let text = '';
      const finish = () => end({ ready, summary, excerpt: oneLine(text) });
      reply.setEncoding('utf8');
      reply.on('data', (chunk: string) => {
        text += chunk;
        if (text.length >= excerptCharacters) finish();
      });
      reply.on('end', finish);
      reply.on('error', finish);
    });
    call.end();
  });
}

function oneLine(text: string): string | null {
  return text.slice(0, excerptCharacters).replace(/\s+/g, ' ').trim() || null;
}

function inWords(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'ECONNRESET':
      return 'connection closed without an answer';
    default:
      return error.message;
  }
}
