import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { orgHeader } from '../../contract/org.ts';

export interface Reply<Body> {
  status: number;
  body: Body;
  headers: Headers;
  /** What the request cost the database, from `Server-Timing`. */
  cost: { requests: number; rowsRead: number; rowsWritten: number };
}

interface CallOptions {
  token?: string | null;
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

/** A caller in the organisation `orgId` of the shared stack. */
export function clientOf(orgId: string): Client {
  const { url, adminToken } = inject('stack');
  return clientAt(url, adminToken, orgId);
}

/** A caller of any control plane. */
export function clientAt(url: string, adminToken: string, orgId: string): Client {
  return {
    url,
    orgId,
    async call(method, path, body, options = {}) {
      const headers: Record<string, string> = { [orgHeader]: orgId };
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
      const response = await fetch(url + path, {
        method,
        headers: { ...headers, ...options.headers },
        ...(text === undefined ? {} : { body: text }),
      });
      const received = await response.text();
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

/** A new organisation for one test, so that tests can share a stack. */
export async function newOrg(): Promise<Client> {
  const platform = clientOf('org_default');
  const name = `test-${randomBytes(6).toString('hex')}`;
  const { body } = await platform.call<{ id: string }>('POST', '/api/v1/orgs', { name });
  return clientOf(body.id);
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
