import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Client, clientAt, newOrg, send } from '../support/client.ts';
import { type ControlPlanes, startControlPlanes } from '../support/control-planes.ts';
import { startOidcProvider } from '../support/oidc-provider.ts';
import { newBrowser, newEmail, newPerson, password } from '../support/person.ts';
import { until } from '../support/until.ts';

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

function atOnce<Result>(count: number, act: () => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: count }, act));
}

/** Guesses at an account from wherever, until it is slowed down for whoever comes. Gives the answer that says so. */
function slowDown(client: Client, email: string) {
  const wrong = { email, password: 'not the password' };
  const guess = () => post(client, 'sign-in/password', wrong, newAddress());
  return until('it is slowed down', async () => {
    await atOnce(20, guess);
    const reply = await guess();
    return reply.status === 429 && reply;
  });
}

/** Sends `body` from an address. */
async function post(client: Client, path: string, body: unknown, address: string) {
  const headers = { 'cf-connecting-ip': address };
  return newBrowser(client).call('POST', `/api/auth/${path}`, body, { headers });
}

test('an account is tried ten times a minute, from wherever, and then no password is looked at', async () => {
  const client = await newClient();
  const [{ email }, other] = [await newPerson(client, 'viewer'), await newPerson(client, 'viewer')];
  const stopped = await slowDown(client, email);
  expect(stopped).toMatchObject({
    status: 429,
    body: { code: 'too_many_requests' },
    // Whether that address is signed in to the account.
    cost: { requests: 1, rowsWritten: 0 },
  });
  expect(Number(stopped.headers.get('retry-after'))).toBeLessThanOrEqual(6);
  const same = { email: other.email, password };
  expect((await post(client, 'sign-in/password', same, newAddress())).status).toBe(200);
});

test('who is signed in at home signs in from there, whatever others do to the account', async () => {
  const client = await newClient();
  const { email } = await newPerson(client, 'viewer');
  const network = newAddress().slice(0, -1);
  const good = { email, password };
  expect((await post(client, 'sign-in/password', good, `${network}1`)).status).toBe(200);
  await slowDown(client, email);
  // Another address of the same network.
  expect((await post(client, 'sign-in/password', good, `${network}2`)).status).toBe(200);
});

test('an address that goes on at an account which is slowed down is stopped itself', async () => {
  const client = await newClient();
  const { email } = await newPerson(client, 'viewer');
  const [address, wrong] = [newAddress(), { email, password: 'not the password' }];
  await until('the address is stopped', async () => {
    await atOnce(20, () => post(client, 'sign-in/password', wrong, address));
    const other = { email: newEmail(), password };
    const { status, headers, cost } = await post(client, 'sign-in/password', other, address);
    if (status !== 429) return false;
    expect(headers.get('ratelimit-policy')).toContain('sign-in-address');
    expect(cost.requests).toBe(0);
    return true;
  });
});

test('a wrong current password counts as a failed sign-in: a stolen session does not guess it', async () => {
  const client = await newClient();
  const { browser, email } = await newPerson(client, 'viewer');
  const change = (current_password: string) =>
    browser.call(
      'PUT',
      '/api/v1/me/password',
      { current_password, new_password: 'another good password' },
      { headers: { 'cf-connecting-ip': newAddress() } },
    );
  expect((await change('guess')).body).toMatchObject({ code: 'sign_in_failed' });
  await until('guesses are stopped, here and where people sign in', async () => {
    const guesses = await atOnce(20, () => change('guess'));
    const elsewhere = await post(client, 'sign-in/password', { email, password }, newAddress());
    return guesses.some(({ status }) => status === 429) && elsewhere.status === 429;
  });
});

test('who begins to sign in at the identity provider, or comes back from it, on and on is stopped', async () => {
  const provider = await startOidcProvider();
  const planes = await startControlPlanes(1, {
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: provider.clientId,
    OIDC_CLIENT_SECRET: provider.clientSecret,
    LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE: '5',
  });
  try {
    const client = clientAt(planes.urls[1] ?? '', inject('stack').adminToken, '');
    const address = newAddress();
    const start = async () => (await post(client, 'sign-in/oidc', {}, address)).status;
    const callback = `${client.url}/api/auth/callback/oidc`;
    const headers = { 'cf-connecting-ip': address };
    const finish = async () => (await send(callback, 'GET', headers, undefined)).status;
    for (const act of [start, finish]) {
      const statuses = await atOnce(20, act);
      expect(statuses.filter((status) => status < 400).length).toBeGreaterThanOrEqual(5);
      expect(statuses).toContain(429);
    }
    expect((await post(client, 'sign-in/oidc', {}, newAddress())).status).toBe(200);
  } finally {
    await planes.stop();
    await provider.stop();
  }
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
