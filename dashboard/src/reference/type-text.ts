import { nameOf, type Schema } from './document.ts';

/** What a value is, in a few words: `integer`, `list of Instance`, `text or null`. */
export function typeText(schema: Schema): string {
  const { $ref, type, items, anyOf, oneOf, allOf, enum: values, additionalProperties } = schema;
  if ($ref !== undefined) return nameOf($ref);
  const several = anyOf ?? oneOf;
  if (several) return [...new Set(several.map(typeText))].join(' or ');
  if (allOf) return allOf.map(typeText).join(' and ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (values) return 'one of';
  if (items) return `list of ${typeText(items)}`;
  if (typeof additionalProperties === 'object') return `map of ${typeText(additionalProperties)}`;
  const types = typeof type === 'string' ? [type] : (type ?? []);
  return types.length === 0 ? 'anything' : types.map((one) => words[one] ?? one).join(' or ');
}

const words: Record<string, string> = { string: 'text', array: 'list', boolean: 'true or false' };

/** What is asked of a value beyond its type, such as `at most 64` or `default 10`. */
export function limitsText(schema: Schema): string[] {
  const { minimum, maximum, exclusiveMinimum, minLength, maxLength, minItems, maxItems } = schema;
  const limit = (value: number | undefined, text: string, meansNothing?: number) =>
    value === undefined || value === meansNothing ? [] : [`${text} ${value.toLocaleString('en')}`];
  return [
    ...(schema.format === undefined ? [] : [schema.format]),
    ...limit(minimum, 'at least', Number.MIN_SAFE_INTEGER),
    ...limit(exclusiveMinimum, 'more than'),
    ...limit(maximum, 'at most', Number.MAX_SAFE_INTEGER),
    ...limit(minLength, 'length at least', 0),
    ...limit(maxLength, 'length at most'),
    ...limit(minItems, 'items at least', 0),
    ...limit(maxItems, 'items at most'),
    ...(schema.pattern === undefined ? [] : [`matches ${schema.pattern}`]),
    ...(schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`]),
  ];
}
