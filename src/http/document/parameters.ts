import { orgHeader } from '../../../contract/org.ts';
import { isForUsers, type Operation } from './operations.ts';

const header = { in: 'header', schema: { type: 'string' } } as const;

/** Parameters that several operations take. */
export const parameterComponents = {
  IfMatch: {
    ...header,
    name: 'If-Match',
    description: 'The `ETag` that the change is based on; with another revision it is refused.',
    example: '"3"',
  },
  IfMatchRequired: {
    ...header,
    name: 'If-Match',
    required: true,
    description: 'The `ETag` that the change is based on; with another revision it is refused.',
    example: '"3"',
  },
  IfNoneMatch: {
    ...header,
    name: 'If-None-Match',
    description: 'The `ETag` that the caller holds; while it is the newest the answer is 304.',
    example: '"3"',
  },
  IdempotencyKey: {
    in: 'header',
    name: 'Idempotency-Key',
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
    description:
      'Makes it safe to send the request again: for 24 hours the same key and body have their effect once, and get the same answer.',
    example: '0b8a4f5e-6f4c-4b57-9f0e-1d2c3b4a5f60',
  },
  Org: {
    ...header,
    name: orgHeader,
    description:
      'The id of the organisation that the request acts in. A person who is in several names one for each change, and reads without it in the one that they have been in for longest. A platform administrator may name any; left out: the default one. An API token has its own, and need not name it.',
    example: 'org_default',
  },
} as const;

/** A parameter that several operations take, in a route's `parameters`. */
export function parameter(name: keyof typeof parameterComponents) {
  return { $ref: `#/components/parameters/${name}` };
}

/** What every operation of users takes; and a parameter that may be repeated as the list that it is. */
export function addParameters(operation: Operation): void {
  const { object } = operation;
  const { parameters = [] } = object;
  for (const one of parameters) {
    if ('$ref' in one || one.in !== 'query') continue;
    const { schema } = one;
    const [list] = schema && 'anyOf' in schema ? (schema.anyOf ?? []) : [];
    if (list && 'type' in list && list.type === 'array') one.schema = list;
  }
  if (isForUsers(operation)) object.parameters = [...parameters, parameter('Org')];
}
