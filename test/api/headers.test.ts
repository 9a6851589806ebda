import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Client, clientAt, newOrg, type Reply } from '../support/client.ts';
import { type ControlPlanes, startControlPlanes } from '../support/control-planes.ts';
import { definition } from '../support/definitions.ts';

const site = 'https://console.example.com';

let client: Client;
/** The same control plane with a site that may call it. */
let shared: ControlPlanes;
let open: Client;

beforeAll(async () => {
  client = await newOrg();
  shared = await startControlPlanes(1, { CORS_ORIGINS: `${site}, https://other.example.com` });
  open = clientFor(shared.urls[1] ?? '', client.orgId);
});

afterAll(() => shared.stop());

function clientFor(url: string, orgId: string): Client {
  return clientAt(url, inject('stack').adminToken, orgId);
}

function expectHardened({ headers }: Reply<unknown>): void {
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  expect(headers.get('permissions-policy')).toContain('camera=()');
}

describe('every answer keeps a browser from misusing it, and has a request id', () => {
  const requests: [string, string, number, (Record<string, string> | undefined)?][] = [
    ['GET', '/healthz', 200],
    ['GET', '/install.sh', 200],
    ['GET', '/agent/longshore-agent.mjs.sha256', 200],
    ['GET', '/agent/nothing', 404],
    ['GET', '/api/openapi.json', 200],
    ['GET', '/api/v1/meta', 200],
    ['GET', '/api/v1/backends', 200],
    ['GET', '/api/v1/nothing', 404],
    ['GET', '/api/nothing', 404],
    ['PATCH', '/api/v1/hosts', 405],
    ['OPTIONS', '/api/v1/hosts', 405],
    ['GET', '/api/v1/backends?colour=red', 400],
    ['GET', '/api/agent/v1/link', 400],
    ['POST', '/api/v1/backends', 415],
    ['POST', '/api/v1/backends', 401, { authorization: 'Bearer wrong' }],
  ];
  test.each(requests)('%s %s is %i', async (method, path, status, headers = {}) => {
    const reply = await client.call(method, path, undefined, { headers });
    expect(reply.status).toBe(status);
    expectHardened(reply);
    expect(reply.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(reply.headers.get('longshore-request-id')).toMatch(/^req_/);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(reply.headers.get('strict-transport-security')).toBeNull();
  });

  test('the id is the one that a problem tells, and never one that the caller chose', async () => {
    const headers = { 'x-request-id': 'req_of-somebody-else' };
    const reply = await client.call('GET', '/api/v1/nothing', undefined, { headers });
    expect(reply.headers.get('longshore-request-id')).toBe(reply.body.request_id);
    expect(reply.body.request_id).not.toBe('req_of-somebody-else');
  });

  test('over HTTPS a browser is told to stay with it', async () => {
    const headers = { 'x-forwarded-proto': 'https' };
    const reply = await client.call('GET', '/api/v1/meta', undefined, { headers });
    expect(reply.headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/);
  });

  test('the pages of the dashboard load from here alone and stand in no frame', async () => {
    for (const path of ['/', '/deployments/one', '/_headers']) {
      const reply = await client.call<string>('GET', path);
      expect(reply.status, path).toBe(200);
      expectHardened(reply);
      // Without the Worker nobody can leave it out over plain HTTP, where browsers take no notice of it.
      expect(reply.headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}$/);
      const policy = reply.headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/^default-src 'self'/);
      expect(policy).not.toMatch(/script-src|unsafe-eval/);
      // One page for all paths; what the headers are made from is none of them.
      expect(reply.body).toContain('<div id="root">');
    }
  });
});

describe('other sites', () => {
  const preflight = {
    origin: site,
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'authorization, if-match',
  };

  test('while none is named, none may call the API', async () => {
    const asked = await client.call('OPTIONS', '/api/v1/hosts', undefined, { headers: preflight });
    expect(asked.status).toBe(405);
    const got = await client.call('GET', '/api/v1/hosts', undefined, { headers: { origin: site } });
    for (const reply of [asked, got]) {
      expect(reply.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('one that is named may ask first, call, and read what it needs', async () => {
    const asked = await open.call('OPTIONS', '/api/v1/hosts', undefined, {
      token: null,
      headers: preflight,
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(site);
    expect(asked.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(asked.headers.get('access-control-allow-headers')).toContain('if-match');
    for (const path of ['/api/v1/backends', '/api/v1/nothing', '/api/openapi.json']) {
      const got = await open.call('GET', path, undefined, { headers: { origin: site } });
      expect(got.headers.get('access-control-allow-origin'), path).toBe(site);
      expect(got.headers.get('access-control-expose-headers')).toContain('longshore-request-id');
      expect(got.headers.get('vary')?.toLowerCase()).toContain('origin');
      expect(got.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  test('what an answer depends on already stays told beside the origin', async () => {
    await open.call('POST', '/api/v1/backends', definition());
    const path = '/api/v1/backends/engine';
    const got = await open.call('GET', path, undefined, { headers: { origin: site } });
    expect(got.headers.get('vary')?.toLowerCase()).toMatch(/accept/);
    expect(got.headers.get('vary')?.toLowerCase()).toMatch(/origin/);
  });

  test.each([
    'https://evil.example.com',
    'https://console.example.com.evil.org',
    'http://console.example.com',
    'https://console.example.com:8443',
    'null',
  ])('%s may not', async (origin) => {
    const asked = await open.call('OPTIONS', '/api/v1/hosts', undefined, {
      headers: { ...preflight, origin },
    });
    const got = await open.call('GET', '/api/v1/hosts', undefined, { headers: { origin } });
    for (const reply of [asked, got]) {
      expect(reply.headers.get('access-control-allow-origin')).toBeNull();
      expect(reply.headers.get('vary')?.toLowerCase()).toContain('origin');
    }
  });

  test('"*" is no site: a control plane that is set up with it says so', async () => {
    const wrong = await startControlPlanes(1, { CORS_ORIGINS: '*' });
    try {
      const reply = await clientFor(wrong.urls[1] ?? '', client.orgId).call('GET', '/api/v1/meta');
      expect(reply.status).toBe(503);
      expect(reply.body).toMatchObject({ code: 'misconfigured' });
      expect(String(reply.body.detail)).toContain('CORS_ORIGINS');
      expectHardened(reply);
    } finally {
      await wrong.stop();
    }
  });
});
