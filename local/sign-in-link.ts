import { NewSignInLink } from '../contract/people.ts';
import { isLoopback } from './address.ts';
import { createApiClient } from './api-client.ts';
import type { Stack } from './stack.ts';

/** Whoever starts Longshore on this machine, as the API knows them. No mail is ever sent there. */
const LOCAL_USER = { email: 'you@longshore.local', name: 'You', platform: true };
/** The longest that there is: somebody may look at the terminal later. */
const LINK_SECONDS = 3600;

/**
 * What to tell of a link that signs whoever started this in, as administrator of everything: good once, for an hour.
 * Null where the address is in the network, since nobody signs in over plain http there. It never fails: all else works
 * without a link.
 */
export async function signInLine(stack: Stack, signal: AbortSignal): Promise<string | null> {
  if (!isLoopback(new URL(stack.url).hostname.replace(/^\[|\]$/g, ''))) return null;
  const body = JSON.stringify({ ...LOCAL_USER, expires_in_seconds: LINK_SECONDS });
  const api = createApiClient(stack.url, stack.adminToken);
  const call = { method: 'POST', path: '/api/v1/sign-in-links', body, signal } as const;
  try {
    const { url } = await api.call(call, NewSignInLink);
    return `Sign in (once, within an hour; the next start prints a new link)\n\n  ${url}\n`;
  } catch (error) {
    return `There is no link to sign in by: ${error instanceof Error ? error.message : error}`;
  }
}
