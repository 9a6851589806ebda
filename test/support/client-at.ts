import { request } from 'node:http';
import { orgHeader } from '../../contract/org.ts';

export interface Reply<Body> {
  status: number;
  body: Body;
  headers: Headers;
  /** What the request cost the database, from `Server-Timing`. */
  cost: { requests: number; rowsRead: number; rowsWritten: number };
}

export interface CallOptions {
  token?: string | null;
  /** The organisation that the request names, instead of the client's; null: none. */
  org?: string | null;
  headers?: Record<string, string>;
  /** Sent as it is, with the content type that goes with it. */
  yaml?: string;
  raw?: { type: string; text: string };
}

/** A caller of the API who acts in one organisation. */
export interface Client {
  url: string;
  orgId: string;
  call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    options?: CallOptions,
  ): Promise<Reply<Body>>;
}

/** A caller of any control plane. */
export function clientAt(url: string, adminToken: string, orgId: string): Client {
  return {
    url,
    orgId,
    async call(method, path, body, options = {}) {
      const headers: Record<string, string> = {};
      const org = options.org === undefined ? orgId : options.org;
      if (org !== null) headers[orgHeader] = org;
      const token = options.token === undefined ? adminToken : options.token;
      if (token !== null) headers.authorization = `Bearer ${token}`;
      let text: string | undefined;
      if (options.raw) {
        headers['content-type'] = options.raw.type;
        text = options.raw.text;
      } else if (options.yaml !== undefined) {
        headers['content-type'] = 'application/yaml';
        text = options.yaml;
      } else if (body !== undefined) {
        headers['content-type'] = 'application/json';
        text = JSON.stringify(body);
      }
      const response = await send(url + path, method, { ...headers, ...options.headers }, text);
      const received = response.text;
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        // The caller says what the body is.
        body: (isJson ? JSON.parse(received) : received) as never,
        headers: response.headers,
        cost: costOf(response.headers.get('server-timing') ?? ''),
      };
    },
  };
}

interface Received {
  status: number;
  headers: Headers;
  text: string;
}

/**
 * One request on a connection of its own. A connection that is kept may be closed by the server just when the next
 * request is sent on it; no test shall depend on that.
 */
export function send(
  url: string,
  method: string,
  headers: Record<string, string>,
  body: string | undefined,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.once('error', reject);
      reply.once('end', () => {
        const received = new Headers();
        for (const [name, value] of Object.entries(reply.headers)) {
          if (value !== undefined) received.set(name, String(value));
        }
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: reply.statusCode ?? 0, headers: received, text });
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

function costOf(serverTiming: string): Reply<unknown>['cost'] {
  const count = (name: string) =>
    Number(new RegExp(`${name};desc="(\\d+)"`).exec(serverTiming)?.[1] ?? Number.NaN);
  return {
    requests: count('db-requests'),
    rowsRead: count('db-rows-read'),
    rowsWritten: count('db-rows-written'),
  };
}
