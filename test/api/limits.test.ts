import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { revocations } from '../../src/http/rate-limits/write-kind.ts';
import { newApiToken } from '../support/access/team.ts';
import { type Client, clientAt, newOrg, type Reply } from '../support/client.ts';
import { type ControlPlanes, startControlPlanes } from '../support/control-planes.ts';
import { enrolmentToken, newFakeAgent, newSecret } from '../support/fake-agent.ts';
import { operationsOf, readDocument } from '../support/openapi.ts';

/** A control plane whose limits are low enough to reach. */
let limited: ControlPlanes;

beforeAll(async () => {
  limited = await startControlPlanes(1, {
    LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE: '10',
    LIMIT_ENROLMENTS_PER_MINUTE: '8',
    LIMIT_WRITES_PER_AUTHOR_PER_MINUTE: '20',
    LIMIT_WRITES_PER_ORGANISATION_PER_MINUTE: '0',
  });
});

afterAll(() => limited.stop());

/** A caller in a new organisation, from an address of its own. */
async function newCaller(address = newAddress()): Promise<Client> {
  const { orgId } = await newOrg();
  const client = clientAt(limited.urls[1] ?? '', inject('stack').adminToken, orgId);
  return {
    ...client,
    call: (method, path, body, options = {}) => {
      const headers = { 'cf-connecting-ip': address, ...options.headers };
      return client.call(method, path, body, { ...options, headers });
    },
  };
}

function newAddress(): string {
  return `${newNetwork()}::1`;
}

/** A /64 of IPv6. */
function newNetwork(): string {
  return `2001:db8:${randomBytes(2).toString('hex')}:${randomBytes(2).toString('hex')}`;
}

function sync(client: Client, token = newSecret()): Promise<Reply<Record<string, unknown>>> {
  const message = {
    protocol: 1,
    agent_version: 'fake',
    epoch: 1,
    process_id: 'process-of-nobody',
    seq: 1,
    era: null,
    desired_revision: 0,
    has_link: false,
    observed_hash: 'none',
    observed: null,
  };
  return client.call('POST', '/api/agent/v1/sync', message, { token });
}

async function repeat<Result>(count: number, act: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let index = 0; index < count; index += 1) results.push(await act());
  return results;
}

function expectLimited(reply: Reply<unknown>, policy: string): void {
  expect(reply.status).toBe(429);
  expect(reply.headers.get('content-type')).toBe('application/problem+json');
  expect(reply.body).toMatchObject({ code: 'too_many_requests' });
  const seconds = Number(reply.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(reply.headers.get('ratelimit-policy')).toMatch(new RegExp(`^"${policy}";q=\\d+;w=60$`));
  expect(reply.headers.get('ratelimit')).toMatch(new RegExp(`^"${policy}";r=0;t=\\d+$`));
  expect(reply.headers.get('longshore-request-id')).toMatch(/^req_/);
  expect(reply.cost).toMatchObject({ requests: 0, rowsWritten: 0 });
}

describe('guessing', () => {
  test('at the secrets of hosts ends before the database is asked', async () => {
    const client = await newCaller();
    const guesses = await repeat(10, () => sync(client));
    expect(guesses.map((reply) => reply.status)).toEqual(Array.from({ length: 10 }, () => 401));
    expectLimited(await sync(client), 'failed-authentication');
    const ofHosts = operationsOf(await readDocument()).filter(({ operation }) =>
      operation.security?.some((scheme) => 'hostSecret' in scheme),
    );
    expect(ofHosts.length).toBeGreaterThan(4);
    for (const { method, path } of ofHosts) {
      const reply = await client.call(method.toUpperCase(), path, undefined, {
        token: newSecret(),
        headers: { upgrade: 'websocket' },
      });
      expectLimited(reply, 'failed-authentication');
    }
  });

  test('at the tokens of users ends so too', async () => {
    const client = await newCaller();
    const read = () =>
      client.call('GET', '/api/v1/backends', undefined, { token: `lsa_${newSecret()}` });
    expect((await repeat(10, read)).every((reply) => reply.status === 401)).toBe(true);
    expectLimited(await read(), 'failed-authentication');
  });

  test('from one /64 of IPv6 is guessing from one address', async () => {
    const network = newNetwork();
    const first = await newCaller(`${network}::1`);
    await repeat(10, () => sync(first));
    expectLimited(await sync(await newCaller(`${network}:1:2:3:4`)), 'failed-authentication');
    expect((await sync(await newCaller())).status).toBe(401);
  });

  test('locks nobody out who was let in before, nor who signs in without asking the database', async () => {
    const client = await newCaller();
    const agent = await newFakeAgent(client);
    await repeat(10, () => sync(client));
    expectLimited(await sync(client), 'failed-authentication');
    expect((await agent.sync()).status).toBe(200);
    expect((await client.call('GET', '/api/v1/backends')).status).toBe(200);
  });

  test('is not what a removed host does that asks on and on: its neighbours behind the same address come in', async () => {
    const client = await newCaller();
    const removed = await newFakeAgent(client);
    await client.call('DELETE', `/api/v1/hosts/${removed.hostId}?force=true`);
    const replies = await repeat(40, () => removed.sync());
    // Its secret is known still, and no guess.
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([410]));
    const neighbour = await newFakeAgent(client);
    expect((await neighbour.sync()).status).toBe(200);
  });
});

describe('enrolment', () => {
  const enroll = (client: Client, token: string) => {
    const install = { install_id: randomBytes(12).toString('hex'), secret: newSecret(), name: 'x' };
    return client.call('POST', '/api/agent/v1/enroll', install, { token });
  };

  test('is limited for an address', async () => {
    const client = await newCaller();
    const tokens = await repeat(9, () => enrolmentToken(client));
    const replies = await Promise.all(tokens.slice(0, 8).map((token) => enroll(client, token)));
    expect(replies.every((reply) => reply.status === 200)).toBe(true);
    expectLimited(await enroll(client, tokens[8] ?? ''), 'enrolment-address');
  });

  test('is limited for a token, from wherever it is used', async () => {
    const client = await newCaller();
    const token = await enrolmentToken(client, 100);
    const replies = await repeat(8, async () => enroll(await newCaller(), token));
    expect(replies.every((reply) => reply.status === 200)).toBe(true);
    expectLimited(await enroll(await newCaller(), token), 'enrolment-token');
  });
});

describe('writes', () => {
  const write = (client: Client) => client.call('POST', '/api/v1/enrollment-tokens', { uses: 1 });

  test('are limited for their author, who is told how many are left', async () => {
    const client = await newCaller();
    const replies = await repeat(20, () => write(client));
    expect(replies.every((reply) => reply.status === 201)).toBe(true);
    const first = replies[0]?.headers;
    expect(first?.get('ratelimit-policy')).toBe('"author";q=20;w=60');
    expect(first?.get('ratelimit')).toMatch(/^"author";r=19;t=\d+$/);
    expectLimited(await write(client), 'author');
  });

  test('that are refused stop no reading, and nobody elsewhere', async () => {
    const client = await newCaller();
    await repeat(20, () => write(client));
    expectLimited(await write(client), 'author');
    expect((await client.call('GET', '/api/v1/hosts')).status).toBe(200);
    expect((await write(await newCaller())).status).toBe(201);
  });

  test("of viewers, and refused ones, take nothing from the organisation: its admin takes a viewer's token away", async () => {
    const strict = await startControlPlanes(1, {
      LIMIT_WRITES_PER_AUTHOR_PER_MINUTE: '6',
      LIMIT_WRITES_PER_ORGANISATION_PER_MINUTE: '8',
    });
    try {
      const { orgId } = await newOrg();
      const client = clientAt(strict.urls[1] ?? '', inject('stack').adminToken, orgId);
      const tokens = [];
      for (const role of ['viewer', 'viewer', 'operator', 'admin'] as const) {
        tokens.push(await newApiToken(client, role));
      }
      const [viewer, other, operator, admin] = tokens.map(({ token }) => ({ token, org: null }));
      for (const one of [viewer, other]) {
        const refused = await repeat(8, () =>
          client.call('DELETE', '/api/v1/deployments/none', undefined, one),
        );
        expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([403]));
        const own = await repeat(7, () =>
          client.call('DELETE', '/api/v1/me/membership', undefined, one),
        );
        expect(own.at(-1)).toMatchObject({ status: 429 });
        expect(own.at(-1)?.headers.get('ratelimit-policy')).toBe('"author";q=6;w=60');
      }
      // Four of the organisation's are spent on the tokens.
      const changes = await repeat(5, () =>
        client.call('DELETE', '/api/v1/deployments/none', undefined, operator),
      );
      expect(changes.map(({ status }) => status)).toEqual([404, 404, 404, 404, 429]);
      const path = `/api/v1/tokens/${tokens[2]?.id}`;
      expect((await client.call('DELETE', path, undefined, admin)).status).toBe(204);
    } finally {
      await strict.stop();
    }
  });

  test('what takes away is an operation that there is', async () => {
    const ids = operationsOf(await readDocument()).map(({ operation }) => operation.operationId);
    expect(ids).toEqual(expect.arrayContaining([...revocations]));
  });

  test('of an organisation are limited, whoever makes them', async () => {
    const strict = await startControlPlanes(1, {
      LIMIT_WRITES_PER_ORGANISATION_PER_MINUTE: '3',
    });
    try {
      const { orgId } = await newOrg();
      const client = clientAt(strict.urls[1] ?? '', inject('stack').adminToken, orgId);
      const replies = await repeat(3, () => write(client));
      expect(replies[0]?.headers.get('ratelimit-policy')).toBe(
        '"author";q=300;w=60, "organisation";q=3;w=60',
      );
      expectLimited(await write(client), 'organisation');
    } finally {
      await strict.stop();
    }
  });
});
