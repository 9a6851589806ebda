import type { Document } from '../support/openapi.ts';
import type { Random } from './random.ts';

/** Who asks, where, and what is known of what is there: names and ids from earlier answers. */
export interface World {
  document: Document;
  url: string;
  orgId: string;
  /** For each security scheme the credentials that are valid. */
  credentials: Record<string, string[]>;
  /** By the step of a path before a parameter: what the parameter may be. */
  names: Map<string, string[]>;
  /** By path: the last ETag. */
  etags: Map<string, string>;
  cursors: Map<string, string>;
}

const keptNames = 16;

export function learn(world: World, kind: string, name: string): void {
  const names = world.names.get(kind) ?? [];
  if (names.includes(name)) return;
  world.names.set(kind, [...names, name].slice(-keptNames));
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

/** Takes names, ETags and cursors from a good answer to `path` (without its query). */
export function learnFrom(world: World, path: string, headers: Headers, body: unknown): void {
  const etag = headers.get('etag');
  if (etag !== null) world.etags.set(path, etag);
  if (typeof body !== 'object' || body === null) return;
  if ('next_cursor' in body && typeof body.next_cursor === 'string') {
    world.cursors.set(path, body.next_cursor);
  }
  const kind = path.split('/').at(-1) ?? '';
  const key = keysOf(world.document).get(kind);
  // The organisations of others stay alone.
  const items = 'items' in body && Array.isArray(body.items) ? body.items : [body];
  if (key === undefined || (kind === 'orgs' && 'items' in body)) return;
  for (const item of items) {
    const name: unknown = item?.[key];
    if (typeof name === 'string' || typeof name === 'number') learn(world, kind, String(name));
  }
  if (kind === 'enrollment-tokens' && 'token' in body) {
    world.credentials.enrollmentToken = [String(body.token)];
  }
}

/** A value for a parameter of a path that names something which is there, if anything is known. */
export function nameFor(world: World, kind: string, random: Random): string | undefined {
  const names = world.names.get(kind) ?? [];
  return names.length > 0 ? random.pick(names) : undefined;
}
