import * as fc from 'fast-check';
import { type Document, resolve, type Schema } from '../support/openapi.ts';
import type { Random } from './random.ts';
import { writable } from './texts.ts';

/** What a field of that name is best set to, so that a request gets far; undefined: whatever its schema allows. */
export type Known = (key: string, random: Random) => unknown;

/** A value that `schema` allows. */
export function validValue(
  document: Document,
  schema: Schema,
  random: Random,
  known: Known = () => undefined,
  key = '',
): unknown {
  const given = resolve(document, schema);
  const inner = (part: Schema, name: string) => validValue(document, part, random, known, name);
  const wanted = random.chance(0.8) ? known(key, random) : undefined;
  if (wanted !== undefined) return wanted;
  if (given.anyOf) return inner(random.pick(given.anyOf), key);
  if (given.enum) return random.pick(given.enum);
  const type = Array.isArray(given.type) ? random.pick(given.type) : given.type;
  switch (type) {
    case 'null':
      return null;
    case 'boolean':
      return random.chance(0.5);
    case 'integer':
      return Math.round(numberOf(given, random));
    case 'number':
      return numberOf(given, random);
    case 'string':
      return textOf(given, random);
    case 'array': {
      const { minItems = 0, maxItems = 3, items = {} } = given;
      const length = random.int(minItems, Math.max(minItems, Math.min(3, maxItems)));
      return Array.from({ length }, () => inner(items, key));
    }
    case 'object': {
      const value: Record<string, unknown> = {};
      for (const [name, part] of Object.entries(given.properties ?? {})) {
        const isRequired = given.required?.includes(name) ?? false;
        if (isRequired || random.chance(0.35)) value[name] = inner(part, name);
      }
      if (typeof given.additionalProperties === 'object') {
        for (let count = random.int(0, 2); count > 0; count -= 1) {
          value[random.pick(['A', 'KEY_1', 'zone', '1.0', 'v2'])] = inner(
            given.additionalProperties,
            '',
          );
        }
      }
      return value;
    }
    default:
      return random.pick(['x', 1, null, true, {}, []]);
  }
}

function numberOf(schema: Schema, random: Random): number {
  const { exclusiveMinimum, minimum, maximum = Number.MAX_SAFE_INTEGER } = schema;
  const least = exclusiveMinimum === undefined ? (minimum ?? 0) : exclusiveMinimum + 1;
  const near = Math.min(maximum, least + random.int(0, 10));
  return random.chance(0.8) ? near : random.pick([least, maximum, Math.min(maximum, 2 ** 31)]);
}

const patterns = new Map<string, fc.Arbitrary<string>>();

/** The generator knows nothing of what must not follow: that is looked at afterwards. */
function textsMatching(pattern: string): fc.Arbitrary<string> {
  const whole = new RegExp(pattern);
  const loose = new RegExp(pattern.replaceAll(/\(\?![^)]*\)/g, ''));
  return fc.stringMatching(loose).filter((text) => whole.test(text));
}

function textOf(schema: Schema, random: Random): string {
  const { pattern, format, minLength = 0, maxLength = 200 } = schema;
  if (format === 'email') return `x${random.int(1, 9)}@example.test`;
  if (format === 'date-time') return '2026-01-31T12:00:00.000Z';
  if (pattern !== undefined) {
    const texts = patterns.get(pattern) ?? textsMatching(pattern);
    patterns.set(pattern, texts);
    const [text = ''] = fc.sample(texts, { seed: random.int(0, 2 ** 31), numRuns: 1 });
    return text.slice(0, maxLength);
  }
  return random.pick(writable).slice(0, maxLength).padEnd(minLength, 'x');
}
