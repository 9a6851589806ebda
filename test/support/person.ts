import { randomBytes } from 'node:crypto';
import type { TokenRole } from '../../contract/access.ts';
import type {
  NewInvitation,
  NewSignInLink,
  Person as PersonRow,
  SignedIn,
} from '../../contract/people.ts';
import { type CallOptions, type Client, clientOf, type Reply } from './client.ts';

/** A person at a browser: keeps its cookie, and says where a request comes from. */
export interface Browser {
  /** name=value; null while signed out. */
  cookie: string | null;
  call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    options?: CallOptions,
  ): Promise<Reply<Body>>;
}

export function newBrowser(client: Client): Browser {
  const browser: Browser = {
    cookie: null,
    async call(method, path, body, options = {}) {
      const headers: Record<string, string> = {
        origin: client.url,
        ...(browser.cookie === null ? {} : { cookie: browser.cookie }),
        ...options.headers,
      };
      const reply = await client.call<never>(method, path, body, {
        token: null,
        org: null,
        ...options,
        headers,
      });
      const set = reply.headers.get('set-cookie');
      if (set?.includes('longshore_session=')) {
        const [pair = ''] = set.split(';');
        browser.cookie = /Max-Age=0(;|$)/.test(set) ? null : pair;
      }
      return reply;
    },
  };
  return browser;
}

export const password = 'correct horse battery';

export interface Person {
  email: string;
  userId: string;
  browser: Browser;
}

export function newEmail(): string {
  return `person-${randomBytes(6).toString('hex')}@example.test`;
}

/** What a link has behind `#code=`. */
export function codeOf(url: string): string {
  return new URLSearchParams(new URL(url).hash.slice(1)).get('code') ?? '';
}

export async function invite(
  client: Client,
  email: string,
  role: TokenRole,
): Promise<NewInvitation> {
  const { status, body } = await client.call<NewInvitation>('POST', '/api/v1/invitations', {
    email,
    role,
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

/** A new person, who came into the client's organisation by an invitation and is signed in. */
export async function newPerson(
  client: Client,
  role: TokenRole,
  email = newEmail(),
): Promise<Person> {
  const browser = newBrowser(client);
  const { url } = await invite(client, email, role);
  const { status, body } = await browser.call<SignedIn>('POST', '/api/auth/invitations/accept', {
    code: codeOf(url),
    name: 'A Person',
    password,
  });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return { email, userId: body.user.id, browser };
}

/** A person's account, as the platform administrator sees it; undefined: there is none. */
export async function accountOf(email: string): Promise<PersonRow | undefined> {
  const path = `/api/v1/people?email=${encodeURIComponent(email)}`;
  const { body } = await clientOf('org_default').call<{ items: PersonRow[] }>('GET', path);
  return body.items[0];
}

/** Signs a browser in by a sign-in link that was made with `input`. */
export async function signInByLink(
  client: Client,
  input: Record<string, unknown>,
  browser = newBrowser(client),
): Promise<Browser> {
  const made = await client.call<NewSignInLink>('POST', '/api/v1/sign-in-links', input);
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const body = { code: codeOf(made.body.url) };
  const reply = await browser.call('POST', '/api/auth/sign-in-links/redeem', body);
  if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
  return browser;
}

/** A new person who is a member of no organisation but the default one, signed in by a link. */
export async function newPlatformPerson(): Promise<Person> {
  const email = newEmail();
  const input = { email, role: 'viewer', platform: true };
  const browser = await signInByLink(clientOf('org_default'), input);
  return { email, userId: (await accountOf(email))?.user_id ?? '', browser };
}
