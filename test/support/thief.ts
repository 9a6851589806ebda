import { createHash, createHmac } from 'node:crypto';
import type { Client, Reply } from './client.ts';
import { inventoryWith, newSecret } from './fake-agent.ts';

/** One way to get in with a text that was found somewhere. */
export interface Attempt {
  way: string;
  /** What such a credential begins with. */
  prefix: string;
  call(text: string): Promise<Reply<Record<string, unknown>>>;
}

/** What a text may be turned into by whoever takes it for such a credential, or for its bytes in hex. */
export function disguisesOf(text: string, { prefix }: Attempt): string[] {
  if (!/^[0-9a-f]{64}$/.test(text)) return [text];
  return [text, prefix + Buffer.from(text, 'hex').toString('base64url')];
}

/** What cookies are signed with. */
export function cookieKeyOf(adminToken: string): string {
  return createHash('sha256').update(`longshore cookies\n${adminToken}`).digest('hex');
}

/** The cookie of a session as the control plane itself signs it. */
export function signedCookie(token: string, key: string): string {
  const signature = createHmac('sha256', key).update(token).digest('base64');
  return `longshore_session=${encodeURIComponent(`${token}.${signature}`)}`;
}

const syncBody = {
  protocol: 1,
  agent_version: 'thief',
  epoch: 1_000_000,
  process_id: 'process-of-a-thief',
  seq: 1,
  era: null,
  desired_revision: 0,
  has_link: false,
  observed_hash: 'hash',
  observed: { complete: true, inventory: inventoryWith(), instances: [] },
};

/**
 * Every way to get in that there is, but passwords. `key` is what cookies are signed with: this thief has it, so that
 * only the text itself stands between him and a session.
 */
export function waysIn(client: Client, key: string): Attempt[] {
  const origin = client.url;
  const call = (method: string, path: string, body: unknown, headers: Record<string, string>) =>
    client.call(method, path, body, { token: null, org: null, headers });
  const bearer =
    (method: string, path: string, body?: unknown): Attempt['call'] =>
    (text) =>
      call(method, path, body, { authorization: `Bearer ${text}` });
  const cookie =
    (cookieOf: (text: string) => string): Attempt['call'] =>
    (text) =>
      call('GET', '/api/v1/me', undefined, { cookie: cookieOf(text) });
  const code =
    (path: string, more: object): Attempt['call'] =>
    (text) =>
      call('POST', path, { code: text, ...more }, { origin });
  const account = { name: 'A Thief', password: 'password of a thief' };
  const install = { install_id: 'install-of-a-thief', name: 'thief', secret: newSecret() };
  const plainCookie = (text: string) => `longshore_session=${encodeURIComponent(text)}`;
  return [
    { way: 'token', prefix: 'lsk_', call: bearer('GET', '/api/v1/me') },
    { way: 'cookie', prefix: 'lss_', call: cookie(plainCookie) },
    { way: 'signed cookie', prefix: 'lss_', call: cookie((text) => signedCookie(text, key)) },
    { way: 'sign-in link', prefix: 'lsl_', call: code('/api/auth/sign-in-links/redeem', {}) },
    { way: 'invitation', prefix: 'lsi_', call: code('/api/auth/invitations/accept', account) },
    { way: 'host', prefix: 'lsh_', call: bearer('GET', '/api/agent/v1/host') },
    {
      way: 'host that syncs',
      prefix: 'lsh_',
      call: bearer('POST', '/api/agent/v1/sync', syncBody),
    },
    {
      way: 'host that takes a new secret',
      prefix: 'lsh_',
      call: bearer('POST', '/api/agent/v1/rotate', { next_secret: newSecret() }),
    },
    {
      way: 'enrolment token',
      prefix: 'lse_',
      call: bearer('POST', '/api/agent/v1/enroll', install),
    },
  ];
}

/** Signs in with a text as the password of that person. */
export function passwordOf(client: Client, email: string): Attempt {
  return {
    way: 'password',
    prefix: '',
    call: (text) =>
      client.call(
        'POST',
        '/api/auth/sign-in/password',
        { email, password: text },
        { token: null, org: null, headers: { origin: client.url } },
      ),
  };
}
