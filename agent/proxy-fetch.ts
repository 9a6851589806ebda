import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { connectionsTo, type Env, hasProxy } from './proxy.ts';

const mostRedirects = 10;
/** As long as Node's own fetch gives a connection. */
const connectDeadlineMs = 10_000;

/**
 * `fetch` through the proxies of an environment; Node 20's own knows none. Without a proxy it is Node's own. For requests
 * without a body.
 */
export function fetchThrough(env: Env): typeof fetch {
  if (!hasProxy(env)) return fetch;
  return async (input, init) => {
    const asked = new Request(input, init);
    const { method, signal, redirect } = asked;
    if (asked.body !== null) throw new TypeError('a request with a body is not supported');
    const headers = new Headers(asked.headers);
    let url = new URL(asked.url);
    for (let redirects = 0; ; redirects++) {
      const reply = await send(url, method, headers, signal, env);
      const next = redirectOf(reply, url);
      if (next === null || redirect === 'manual') return responseOf(reply, url);
      reply.destroy();
      if (redirect === 'error' || redirects === mostRedirects) {
        throw new TypeError(`${url.host} redirects to ${next.host}, and not for the first time`);
      }
      // As the Fetch standard says: what signs in at one origin is not for another.
      if (next.origin !== url.origin) headers.delete('authorization');
      url = next;
    }
  };
}

function send(url: URL, method: string, headers: Headers, signal: AbortSignal, env: Env) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    signal.throwIfAborted();
    const call = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method,
      agent: connectionsTo(url.href, env, {
        keepAlive: false,
        deadline_ms: connectDeadlineMs,
        signal,
      }),
      signal,
      headers: Object.fromEntries(headers),
    });
    call.on('error', reject);
    call.on('response', resolve);
    call.end();
  });
}

function redirectOf({ statusCode, headers }: IncomingMessage, from: URL): URL | null {
  const isRedirect = [301, 302, 303, 307, 308].includes(statusCode ?? 0);
  if (!isRedirect || headers.location === undefined) return null;
  return new URL(headers.location, from);
}

function responseOf(reply: IncomingMessage, url: URL): Response {
  const status = reply.statusCode ?? 0;
  const headers = new Headers();
  for (let at = 0; at + 1 < reply.rawHeaders.length; at += 2) {
    headers.append(reply.rawHeaders[at] ?? '', reply.rawHeaders[at + 1] ?? '');
  }
  const isEmpty = [204, 205, 304].includes(status);
  if (isEmpty) reply.resume();
  // The same stream to both standards; only their types differ.
  const body = isEmpty ? null : (Readable.toWeb(reply) as ReadableStream<Uint8Array>);
  const response = new Response(body, { status, headers });
  return Object.defineProperty(response, 'url', { value: url.href });
}
