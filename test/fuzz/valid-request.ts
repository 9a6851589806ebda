import { orgHeader } from '../../contract/org.ts';
import { type NamedOperation, resolve } from '../support/openapi.ts';
import { knownValue, newNames } from './known.ts';
import type { Random } from './random.ts';
import type { FuzzRequest } from './request.ts';
import { validValue } from './value.ts';
import { nameFor, type World } from './world.ts';

/** RFC 6455, 4.1 */
const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** A request as the document describes it, of things that are there as far as any are known. */
export function validRequest(world: World, operation: NamedOperation, random: Random): FuzzRequest {
  const { method, path: template, operation: described } = operation;
  // All that there is stays there.
  const known = (world.paths.get(template) ?? []).filter(
    (one) => method !== 'delete' || !one.endsWith(world.orgId),
  );
  const path =
    known.length > 0 && random.chance(0.4)
      ? random.pick(known)
      : template.replaceAll(
          /([\w-]+)\/\{(\w+)\}/g,
          (_whole, kind: string, key: string) =>
            `${kind}/${encodeURIComponent(parameterFor(world, operation, kind, key, random))}`,
        );
  const request: FuzzRequest = {
    operation,
    reaches: true,
    mustRefuse: false,
    what: 'valid',
    method: method.toUpperCase(),
    path,
    query: [],
    headers: { [orgHeader]: world.orgId, ...credentialsOf(world, operation, random) },
    body: undefined,
  };
  for (const reference of described.parameters ?? []) {
    const parameter = resolve(world.document, reference);
    if (parameter.in === 'query' && random.chance(0.4)) {
      const value = validValue(
        world.document,
        parameter.schema,
        random,
        (key) => (key === 'cursor' ? world.cursors.get(path) : undefined),
        parameter.name,
      );
      if (parameter.name === 'cursor' && world.cursors.get(path) !== value) continue;
      for (const one of [value].flat()) {
        request.query.push([parameter.name, encodeURIComponent(String(one))]);
      }
    }
    if (parameter.name === 'If-Match' && (parameter.required || random.chance(0.3))) {
      request.headers['if-match'] = etagFor(world, path, random);
    }
    if (parameter.name === 'If-None-Match' && random.chance(0.5)) {
      request.headers['if-none-match'] = etagFor(world, path, random);
    }
    if (parameter.name === 'Idempotency-Key' && random.chance(0.4)) {
      request.headers['idempotency-key'] = `key-${random.int(1, 6)}`;
    }
  }
  const body = bodyFor(world, operation, path, random);
  if (body !== undefined) {
    request.headers['content-type'] = 'application/json';
    request.body = { kind: 'json', value: body };
  }
  if (random.chance(0.15)) request.headers.accept = 'application/yaml';
  if (described.responses['101']) Object.assign(request.headers, upgrade);
  if (described.operationId === 'deleteOrg' && random.chance(0.7)) {
    const name = world.orgNames.get(path.split('/').at(-1) ?? '') ?? 'none';
    request.query = [['confirm', encodeURIComponent(name)]];
  }
  return request;
}

/** Users come with the platform administrator's token, with one of their organisation, or signed in. */
function credentialsOf(
  { credentials, tokens, person, url }: World,
  { path, operation: { security } }: NamedOperation,
  random: Random,
): Record<string, string> {
  const bearer = (all: readonly string[]): Record<string, string> =>
    all.length > 0 ? { authorization: `Bearer ${random.pick(all)}` } : {};
  const [scheme] = security?.flatMap(Object.keys) ?? [];
  if (scheme !== undefined) return bearer(credentials[scheme] ?? []);
  const signedIn = { cookie: person.cookie, origin: url };
  if (security) return random.chance(0.3) ? signedIn : {};
  if (random.chance(path.includes('/me/') ? 0.8 : 0.15)) return signedIn;
  return bearer(random.chance(0.1) ? tokens : (credentials.bearer ?? []));
}

function parameterFor(
  world: World,
  { method, operation: described }: NamedOperation,
  kind: string,
  key: string,
  random: Random,
): string {
  const there = nameFor(world, kind, random);
  const isAllThereIs = method === 'delete' && there === world.orgId;
  if (there !== undefined && !isAllThereIs && random.chance(0.85)) return there;
  const reference = described.parameters?.find(
    (one) =>
      resolve(world.document, one).name === key && resolve(world.document, one).in === 'path',
  );
  const schema = reference ? resolve(world.document, reference).schema : {};
  if (schema.type === 'integer') return String(random.int(1, 4));
  return random.pick(newNames);
}

/** The last ETag of the resource that a path leads to, or into. */
function etagFor(world: World, path: string, random: Random): string {
  if (random.chance(0.3)) return '*';
  for (let part = path; part.includes('/'); part = part.slice(0, part.lastIndexOf('/'))) {
    const etag = world.etags.get(part);
    if (etag !== undefined) return etag;
  }
  return '"1"';
}

function bodyFor(
  world: World,
  { method, path: template, operation: { requestBody, operationId } }: NamedOperation,
  path: string,
  random: Random,
): unknown {
  const media = requestBody?.content?.['application/json'];
  if (!media) return undefined;
  const { document } = world;
  const [example] = Object.values(media.examples ?? {});
  // What is put somewhere is called so.
  const [, ownKey] = (method === 'put' && /\{(\w+)\}$/.exec(template)) || [];
  const ownName = decodeURIComponent(path.split('/').at(-1) ?? '');
  const known = (key: string, random: Random) =>
    key === ownKey ? ownName : knownValue(world, operationId, key, random);
  if (example && random.chance(0.5)) {
    const value = resolve(document, example).value;
    return rename(structuredClone(value), known, random);
  }
  return validValue(document, media.schema, random, known);
}

const renamed = new Set([
  'name',
  'backend_name',
  'email',
  'code',
  'password',
  'current_password',
  'new_password',
  'install_id',
  'secret',
  'next_secret',
]);

/** An example in other names, so that each makes something of its own. */
function rename(
  value: unknown,
  known: (key: string, random: Random) => unknown,
  random: Random,
): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
    const other = renamed.has(key) ? known(key, random) : undefined;
    return [key, other ?? rename(item, known, random)];
  });
  return Object.fromEntries(entries);
}
