import { request } from 'node:http';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type Client, newOrg } from '../support/client.ts';
import { newFakeAgent, observed } from '../support/fake-agent.ts';

const mebibyte = 1024 * 1024;

let client: Client;

beforeAll(async () => {
  client = await newOrg();
});

interface Sent {
  method: string;
  path: string;
  bytes: number;
  /** Whether the length of the body is told before it. */
  tellsLength: boolean;
  /** Waits for the answer instead of sending the body. */
  holdsBack?: boolean;
}

/** Sends a body of so many blanks, and gives the code of the problem that comes back. */
function send({ method, path, bytes, tellsLength, holdsBack }: Sent): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(client.url + path, {
      method,
      agent: false,
      headers: {
        authorization: `Bearer ${inject('stack').adminToken}`,
        'content-type': 'application/json',
        ...(tellsLength ? { 'content-length': bytes } : { 'transfer-encoding': 'chunked' }),
      },
    });
    let answered = false;
    sent.on('response', (reply) => {
      answered = true;
      let text = '';
      reply.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      reply.on('end', () => {
        sent.destroy();
        resolve(JSON.parse(text).code);
      });
    });
    // A server may close the connection rather than take what it refused.
    sent.on('error', (error) => {
      if (!answered) reject(error);
    });
    if (holdsBack) sent.flushHeaders();
    else sent.end(Buffer.alloc(bytes, ' '));
  });
}

interface OpenApi {
  paths: Record<string, Record<string, unknown>>;
}

describe('a body larger than a path takes is refused', () => {
  const limitOf = (path: string) => {
    if (path === '/api/agent/v1/sync') return 6 * mebibyte;
    return path === '/api/agent/v1/enroll' ? 64 * 1024 : mebibyte;
  };

  test.each([
    ['before any of it is sent, if its length is told', true],
    ['as soon as it has grown too large, if not', false],
  ])('by every operation, %s', async (_when, tellsLength) => {
    const { body } = await client.call<OpenApi>('GET', '/api/openapi.json');
    const operations = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })),
    );
    expect(operations.length).toBeGreaterThan(40);
    for (const { path, method } of operations) {
      // It reads no body, of whatever size.
      if (path === '/healthz') continue;
      const bytes = limitOf(path) + 1;
      const code = await send({ method, path, bytes, tellsLength, holdsBack: tellsLength });
      expect(code, `${method} ${path}`).toBe('payload_too_large');
    }
  });

  test.each([true, false])(
    'and one as large is read (its length is told: %s)',
    async (tellsLength) => {
      for (const path of ['/api/v1/backends', '/api/agent/v1/sync', '/api/agent/v1/enroll']) {
        const code = await send({ method: 'POST', path, bytes: limitOf(path), tellsLength });
        expect(code, path).toBe('malformed_body');
      }
    },
  );

  test('a host with 1,024 instances that each say why they fail can tell it', async () => {
    const agent = await newFakeAgent(client);
    const instances = Array.from({ length: 1024 }, (_, index) =>
      // None of them is this host's, so that nothing is written.
      observed({ instance_id: `inst_${index}`, generation: 1 }, 'failed', {
        message: 'x'.repeat(4096),
      }),
    );
    const reply = await agent.report(instances);
    expect(reply.status).toBe(200);
  });
});
