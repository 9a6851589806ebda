import { type Document, resolve, type Schema } from '../support/openapi.ts';
import type { Random } from './random.ts';
import { odd } from './texts.ts';

export interface Broken {
  value: unknown;
  /** Where, and what was done. */
  what: string;
  /** The schema forbids it. */
  mustRefuse: boolean;
}

interface Place {
  schema: Schema;
  path: (string | number)[];
  value: unknown;
}

/** `value` with one thing about it that its schema forbids, or that nobody means. */
export function breakOnce(
  document: Document,
  schema: Schema,
  value: unknown,
  random: Random,
): Broken {
  const place = random.pick(placesIn(document, schema, value, []));
  const ways = waysToBreak(place, random);
  const [what, replacement, mustRefuse] = random.pick(ways);
  return {
    value: replaceAt(value, place.path, replacement),
    what: `/${place.path.join('/')}: ${what}`,
    mustRefuse,
  };
}

function placesIn(
  document: Document,
  schema: Schema,
  value: unknown,
  path: Place['path'],
): Place[] {
  const given = resolve(document, schema);
  const here: Place[] = [{ schema: given, path, value }];
  if (Array.isArray(value)) {
    const { items = {} } = given;
    return value.reduce(
      (places: Place[], item, index) =>
        places.concat(placesIn(document, items, item, [...path, index])),
      here,
    );
  }
  if (typeof value !== 'object' || value === null) return here;
  const { properties = {}, additionalProperties } = given;
  const rest = typeof additionalProperties === 'object' ? additionalProperties : {};
  return Object.entries(value).reduce(
    (places, [key, item]) =>
      places.concat(placesIn(document, properties[key] ?? rest, item, [...path, key])),
    here,
  );
}

type Way = [what: string, replacement: unknown, mustRefuse: boolean];

function waysToBreak({ schema, value }: Place, random: Random): Way[] {
  const ways: Way[] = [['an odd text', random.pick(odd), false]];
  const type = typeof schema.type === 'string' ? schema.type : undefined;
  if (type) {
    const others = { string: 7, integer: 'seven', boolean: 'maybe', array: { a: 1 }, object: [1] };
    ways.push(['another type', { ...others, number: 'seven' }[type] ?? {}, type !== 'null']);
  }
  ways.push(['a huge number', random.pick([1e308, -1e308, 2 ** 53 + 2, -1]), false]);
  const { minimum, maximum, minLength, maxLength, pattern, minItems, maxItems } = schema;
  if (minimum !== undefined) ways.push(['below its minimum', minimum - 1, true]);
  if (maximum !== undefined) ways.push(['above its maximum', maximum + 1, true]);
  if (type === 'integer') ways.push(['not whole', 1.5, true]);
  if (minLength) ways.push(['too short', '', true]);
  if (maxLength !== undefined) ways.push(['too long', 'a'.repeat(maxLength + 1), true]);
  if (pattern) ways.push(['not of its pattern', '\n\0 not this', true]);
  if (schema.enum) ways.push(['not of its list', 'not_in_the_list', true]);
  if (minItems) ways.push(['too few items', [], true]);
  if (maxItems !== undefined && Array.isArray(value)) {
    ways.push([
      'too many items',
      Array.from({ length: maxItems + 1 }, () => value[0] ?? 'x'),
      true,
    ]);
  }
  if (type === 'object' && typeof value === 'object' && value !== null) {
    ways.push(...waysToBreakObject(schema, value, random));
  }
  return ways;
}

function waysToBreakObject(schema: Schema, value: object, random: Random): Way[] {
  const ways: Way[] = [];
  const isClosed = schema.additionalProperties === false;
  ways.push(['an unknown key', { ...value, zz_unknown: 1 }, isClosed]);
  ways.push(['an odd key', { ...value, [random.pick(odd)]: 'x' }, isClosed]);
  const key = schema.required?.length ? random.pick(schema.required) : undefined;
  if (key !== undefined) {
    const { [key as keyof object]: _left, ...rest } = value;
    ways.push([`without ${key}`, rest, true]);
  }
  return ways;
}

function replaceAt(value: unknown, path: Place['path'], replacement: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === head ? replaceAt(item, rest, replacement) : item));
  }
  const object = value as Record<string, unknown>; // the path leads through it
  return { ...object, [head]: replaceAt(object[head], rest, replacement) };
}
