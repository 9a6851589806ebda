import { TokenRole } from '../../../contract/access.ts';
import type { Reply } from '../client.ts';
import { type Credentials, wordsOf } from './operations.ts';
import type { Team } from './team.ts';

export interface Caller {
  who: string;
  role: TokenRole;
  credentials: NonNullable<Credentials>;
}

/** Everybody of an organisation: of each role a program and a person. */
export function callersOf({ client, tokens, people }: Team): Caller[] {
  return TokenRole.options.flatMap((role): Caller[] => {
    const headers = { origin: client.url, cookie: people[role].browser.cookie ?? '' };
    return [
      { who: `a program that is ${role}`, role, credentials: { token: tokens[role], org: null } },
      { who: `a person who is ${role}`, role, credentials: { token: null, org: null, headers } },
    ];
  });
}

const ofEachReply = ['date', 'longshore-request-id', 'server-timing', 'content-length'];
const ofEachThing = /^(id|revision|url|time|.*_at)$/;

/**
 * All that whoever asks can tell two replies apart by, but what differs anyway: `names` that the question had, and with
 * `isOfNewThing` ids and times.
 */
export function tellingOf(reply: Reply<unknown>, names: readonly string[], isOfNewThing = false) {
  const { status, body, cost } = reply;
  const headers = [...reply.headers].filter(([name]) => !ofEachReply.includes(name));
  const shown = isOfNewThing ? headers.filter(([name]) => !/etag|location/.test(name)) : headers;
  const text = JSON.stringify(body, (key, value) =>
    isOfNewThing && ofEachThing.test(key) ? undefined : value,
  );
  const things = names.map((name): [string, string] => ['', name]);
  const words = wordsOf([JSON.parse(text), shown], things);
  return { status, words, requests: cost.requests };
}
