import type { Client } from '../support/client.ts';
import type { Document } from '../support/openapi.ts';
import { codeOf, password } from '../support/person.ts';
import type { Random } from './random.ts';
import type { FuzzRequest } from './request.ts';

/** Who asks, where, and what is known of what is there: names and ids from earlier answers. */
export interface World {
  document: Document;
  url: string;
  orgId: string;
  /** The platform administrator, to keep the world in order. */
  client: Client;
  /** For each security scheme the credentials that are valid. */
  credentials: Record<string, string[]>;
  /** API tokens of the organisation, of any role. */
  tokens: string[];
  person: FuzzPerson;
  /** By the step of a path before a parameter: what the parameter may be. */
  names: Map<string, string[]>;
  /** By the path in the document: paths that led to something. */
  paths: Map<string, string[]>;
  /** By path: the last ETag. */
  etags: Map<string, string>;
  cursors: Map<string, string>;
  /** By id, as they are called now; what is deleted must be named. */
  orgNames: Map<string, string>;
}

/** Somebody who is signed in. */
export interface FuzzPerson {
  email: string;
  /** name=value of the session. */
  cookie: string;
  /** The password is what tests know. */
  hasPassword: boolean;
}

const keptNames = 16;
const aboveOrgs = ['orgs', 'people'];

export function learn(world: World, kind: string, name: string): void {
  keep(world.names, kind, name);
}

function keep(lists: Map<string, string[]>, key: string, item: string): void {
  const items = lists.get(key) ?? [];
  if (!items.includes(item)) lists.set(key, [...items, item].slice(-keptNames));
}

function drop(lists: Map<string, string[]>, key: string, item: string): void {
  lists.set(
    key,
    (lists.get(key) ?? []).filter((one) => one !== item),
  );
}

/** `hosts` -> `id`: what names an item of a collection, from the paths of the document. */
export function keysOf(document: Document): Map<string, string> {
  const keys = new Map<string, string>();
  for (const path of Object.keys(document.paths)) {
    for (const [, kind = '', key = ''] of path.matchAll(/([\w-]+)\/\{(\w+)\}/g)) {
      keys.set(kind, key);
    }
  }
  return keys;
}

/** Takes names, ETags, cursors and credentials from a good answer. */
export function learnFrom(
  world: World,
  request: FuzzRequest,
  headers: Headers,
  body: unknown,
): void {
  const { path } = request;
  if (request.method === 'DELETE') {
    const [kind = '', name = ''] = path.split('/').slice(-2);
    drop(world.names, kind, decodeURIComponent(name));
    drop(world.paths, request.operation.path, path);
  } else {
    keep(world.paths, request.operation.path, path);
  }
  const etag = headers.get('etag');
  if (etag !== null) world.etags.set(path, etag);
  learnSecrets(world, request, body);
  if (typeof body !== 'object' || body === null) return;
  if ('next_cursor' in body && typeof body.next_cursor === 'string') {
    world.cursors.set(path, body.next_cursor);
  }
  if ('id' in body && 'name' in body && String(body.id).startsWith('org_')) {
    world.orgNames.set(String(body.id), String(body.name));
  }
  const kind = path.split('/').at(-1) ?? '';
  const key = keysOf(world.document).get(kind);
  // The organisations and the people of others stay alone.
  const items = 'items' in body && Array.isArray(body.items) ? body.items : [body];
  if (key === undefined || (aboveOrgs.includes(kind) && 'items' in body)) return;
  for (const item of items) {
    const name: unknown = item?.[key];
    if (typeof name === 'string' || typeof name === 'number') learn(world, kind, String(name));
  }
}

/** What is shown once, and what lets somebody in. */
function learnSecrets(world: World, request: FuzzRequest, body: unknown): void {
  const sent = textsIn(request.body?.kind === 'json' ? request.body.value : undefined);
  const answered = textsIn(body);
  const { credentials, person } = world;
  switch (request.operation.operation.operationId) {
    case 'createEnrollmentToken':
      credentials.enrollmentToken = [answered.token ?? ''];
      return;
    case 'createToken':
      world.tokens = [...world.tokens, answered.token ?? ''].slice(-4);
      return;
    case 'enrollHost':
      learn(world, 'hosts', answered.host_id ?? '');
      return;
    case 'rotateSecret':
      credentials.hostSecret = [sent.next_secret ?? ''];
      return;
    case 'setPassword':
      person.hasPassword = sent.new_password === password;
      return;
    case 'createInvitation':
    case 'createSignInLink': {
      const code = codeOf(answered.url ?? '');
      learn(world, code.slice(0, 4), code);
      // Whoever asks is not deleted at every turn: they would have nothing of their own.
      if (answered.user_id && sent.email !== person.email) learn(world, 'people', answered.user_id);
    }
  }
}

function textsIn(value: unknown): Record<string, string> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter(([, item]) => typeof item === 'string'));
}

/** A value for a parameter of a path that names something which is there, if anything is known. */
export function nameFor(world: World, kind: string, random: Random): string | undefined {
  const names = world.names.get(kind) ?? [];
  return names.length > 0 ? random.pick(names) : undefined;
}
