import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Client, clientAt, newOrg } from '../support/client.ts';
import { type ControlPlanes, startControlPlanes } from '../support/control-planes.ts';
import { newBrowser, newEmail, newPerson, password } from '../support/person.ts';

/** A control plane whose limits are low enough to reach. */
let limited: ControlPlanes;

beforeAll(async () => {
  limited = await startControlPlanes(1, { LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE: '12' });
});
afterAll(() => limited.stop());

async function newClient(): Promise<Client> {
  const { orgId } = await newOrg();
  return clientAt(limited.urls[1] ?? '', inject('stack').adminToken, orgId);
}

const newAddress = () =>
  `2001:db8:${randomBytes(2).toString('hex')}:${randomBytes(2).toString('hex')}::1`;

/** Sends `body` from an address. */
async function post(client: Client, path: string, body: unknown, address: string) {
  const headers = { 'cf-connecting-ip': address };
  return newBrowser(client).call('POST', `/api/auth/${path}`, body, { headers });
}

test('an account is tried ten times a minute, from wherever, and then the database is not asked', async () => {
  const client = await newClient();
  const [{ email }, other] = [await newPerson(client, 'viewer'), await newPerson(client, 'viewer')];
  const wrong = { email, password: 'not the password' };
  for (let index = 0; index < 10; index += 1) {
    expect((await post(client, 'sign-in/password', wrong, newAddress())).status).toBe(401);
  }
  const stopped = await post(client, 'sign-in/password', { email, password }, newAddress());
  expect(stopped).toMatchObject({
    status: 429,
    body: { code: 'too_many_requests' },
    cost: { requests: 0 },
  });
  expect(Number(stopped.headers.get('retry-after'))).toBeLessThanOrEqual(6);
  const same = { email: other.email, password };
  expect((await post(client, 'sign-in/password', same, newAddress())).status).toBe(200);
});

test('an address that guesses codes or accounts is stopped, and others are not', async () => {
  const client = await newClient();
  const address = newAddress();
  const { email } = await newPerson(client, 'viewer');
  for (let index = 0; index < 4; index += 1) {
    const unknown = { email: newEmail(), password };
    expect((await post(client, 'sign-in/password', unknown, address)).status).toBe(401);
    for (const path of ['sign-in-links/redeem', 'invitations/accept']) {
      expect((await post(client, path, { code: `guess-${index}` }, address)).status).toBe(422);
    }
  }
  const good = { email, password };
  expect((await post(client, 'sign-in/password', good, address)).status).toBe(429);
  expect((await post(client, 'sign-in-links/redeem', { code: 'x' }, address)).status).toBe(429);
  expect((await post(client, 'sign-in/password', good, newAddress())).status).toBe(200);
});

test('whoever signs in with the right password is never slowed down', async () => {
  const client = await newClient();
  const { email } = await newPerson(client, 'viewer');
  const address = newAddress();
  for (let index = 0; index < 15; index += 1) {
    expect((await post(client, 'sign-in/password', { email, password }, address)).status).toBe(200);
  }
});
