import { orgHeader } from '../../contract/org.ts';
import { type NamedOperation, type Operation, resolve } from '../support/openapi.ts';
import type { Random } from './random.ts';
import type { FuzzRequest } from './request.ts';
import { validValue } from './value.ts';
import { nameFor, type World } from './world.ts';

const newNames = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'];

/** A request as the document describes it, of things that are there as far as any are known. */
export function validRequest(world: World, operation: NamedOperation, random: Random): FuzzRequest {
  const { method, path: template, operation: described } = operation;
  const path = template.replaceAll(
    /([\w-]+)\/\{(\w+)\}/g,
    (_whole, kind: string, key: string) =>
      `${kind}/${encodeURIComponent(parameterFor(world, described, kind, key, random))}`,
  );
  const request: FuzzRequest = {
    operation,
    reaches: true,
    mustRefuse: false,
    what: 'valid',
    method: method.toUpperCase(),
    path,
    query: [],
    headers: { [orgHeader]: world.orgId, ...credentialsOf(world, described, random) },
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
  const body = bodyFor(world, described, random);
  if (body !== undefined) {
    request.headers['content-type'] = 'application/json';
    request.body = { kind: 'json', value: body };
  }
  if (random.chance(0.15)) request.headers.accept = 'application/yaml';
  return request;
}

export function credentialsOf(
  world: World,
  { security }: Operation,
  random: Random,
): Record<string, string> {
  const [scheme] = security ? security.flatMap(Object.keys) : ['bearer'];
  if (scheme === undefined) return {};
  const tokens = world.credentials[scheme] ?? [];
  return tokens.length > 0 ? { authorization: `Bearer ${random.pick(tokens)}` } : {};
}

function parameterFor(
  world: World,
  described: Operation,
  kind: string,
  key: string,
  random: Random,
): string {
  const there = nameFor(world, kind, random);
  if (there !== undefined && random.chance(0.85)) return there;
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

function bodyFor(world: World, { requestBody }: Operation, random: Random): unknown {
  const media = requestBody?.content?.['application/json'];
  if (!media) return undefined;
  const { document } = world;
  const [example] = Object.values(media.examples ?? {});
  const known = (key: string, random: Random) => knownValue(world, key, random);
  if (example && random.chance(0.5)) {
    const value = resolve(document, example).value;
    return rename(structuredClone(value), known, random);
  }
  return validValue(document, media.schema, random, known);
}

/** An example in other names, so that each makes something of its own. */
function rename(value: unknown, known: (key: string, random: Random) => unknown, random: Random) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => {
    const other = key === 'name' || key === 'backend_name' ? known(key, random) : undefined;
    return [key, other ?? item];
  });
  return Object.fromEntries(entries);
}

/** What makes a body mean something here. */
function knownValue(world: World, key: string, random: Random): unknown {
  switch (key) {
    case 'name':
      return random.pick(newNames);
    case 'backend_name':
      return random.chance(0.5) ? nameFor(world, 'backends', random) : random.pick(newNames);
    case 'backend_version':
      return nameFor(world, 'versions', random);
    case 'token_secret':
      return nameFor(world, 'secrets', random);
    case 'hosts':
      return random.chance(0.5) ? [nameFor(world, 'hosts', random) ?? 'none'] : undefined;
    case 'password':
      return `{{secrets.${nameFor(world, 'secrets', random) ?? 'NONE'}}}`;
    case 'revision':
      return random.chance(0.5) ? random.int(1, 4) : undefined;
    case 'replicas':
      return random.int(0, 3);
    case 'instance_id':
      return nameFor(world, 'instances', random);
    default:
      return undefined;
  }
}
