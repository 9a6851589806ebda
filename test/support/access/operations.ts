import type { Role } from '../../../contract/access.ts';
import type { Client, Reply } from '../client.ts';
import { accessTable, type Entry } from './table.ts';
import { fill, type Team, thingsOf } from './team.ts';

export interface Operation {
  id: string;
  method: string;
  /** As in the document. */
  path: string;
  role: string | undefined;
  entry: Entry;
}

/** Every operation of the running document. One without an entry has an `access` that nothing fits. */
export async function readOperations(client: Client): Promise<Operation[]> {
  const { body } = await client.call<{
    paths: Record<string, Record<string, { operationId: string; 'x-required-role'?: string }>>;
  }>('GET', '/api/openapi.json');
  return Object.entries(body.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { operationId: id, 'x-required-role': role }]) => {
      const entry = accessTable[id];
      return entry ? [{ id, method: method.toUpperCase(), path, role, entry }] : [];
    }),
  );
}

export type Credentials = Parameters<Client['call']>[3];

/** Calls an operation on `team`'s things, or on `things`, with these credentials. */
export function callOn(
  team: Team,
  { method, path, entry, id }: Operation,
  credentials: Credentials,
  things = thingsOf(team),
  body = entry.body?.(team),
): Promise<Reply<Record<string, unknown>>> {
  const headers = {
    'if-match': '*',
    ...(id === 'openLink' ? { upgrade: 'websocket', connection: 'upgrade' } : {}),
    ...credentials?.headers,
  };
  const options = { ...credentials, headers };
  return team.client.call(method, fill(path, things), body, options);
}

/** The least role that an operation takes; null: it is not for users. */
export function roleOf({ entry }: Operation): Role | null {
  const { access } = entry;
  return access === 'anybody' || access === 'host' || access === 'enrolment_token' ? null : access;
}

/** What a reply says, without what is each one's own: the request's id, and the names that the call itself gave. */
export function wordsOf(
  body: unknown,
  things: readonly [place: string, thing: string][] = [],
): string {
  let text = JSON.stringify(body).replace(/"request_id":"[^"]*"/, '');
  // A version or a revision has the same name everywhere. What is part of another name goes after it.
  const named = [...things].sort(([, one], [, other]) => other.length - one.length);
  for (const [, thing] of named) if (thing.length > 3) text = text.replaceAll(thing, '…');
  return text;
}
