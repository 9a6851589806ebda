import { useQuery } from '@tanstack/react-query';
import { ask } from '../api/client.ts';

/* The OpenAPI document of the API, as far as it is shown. */

export interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  enum?: readonly unknown[];
  const?: unknown;
  default?: unknown;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

export interface Parameter {
  $ref?: string;
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  example?: unknown;
  schema?: Schema;
}

export interface Media {
  schema?: Schema;
  examples?: Record<string, { $ref?: string; value?: unknown }>;
}

export interface Response {
  $ref?: string;
  description?: string;
  headers?: Record<string, unknown>;
  content?: Record<string, Media>;
}

interface OperationObject {
  operationId: string;
  summary: string;
  description?: string;
  tags: readonly string[];
  security?: readonly Record<string, unknown>[];
  parameters?: readonly Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Response>;
  'x-required-role'?: string;
}

export interface Operation extends OperationObject {
  method: string;
  path: string;
}

export interface ApiDocument {
  info: { title: string; version: string; description: string };
  tags: readonly { name: string; description: string }[];
  paths: Record<string, Record<string, OperationObject>>;
  components: Record<string, Record<string, unknown>>;
}

export function useApiDocument() {
  return useQuery({
    queryKey: ['openapi'],
    queryFn: async ({ signal }) => (await ask<ApiDocument>({ path: '/openapi.json', signal })).data,
    // It changes with a new version of the control plane only.
    refetchInterval: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function operationsOf({ paths }: ApiDocument): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, object]) => ({ method, path, ...object })),
  );
}

/** The last part of a reference: what it names. */
export function nameOf(reference: string): string {
  return reference.split('/').at(-1) ?? reference;
}

/** What `object` stands for, where it is a reference; the document holds what it refers to. */
export function resolve<Thing extends { $ref?: string }>(
  document: ApiDocument,
  object: Thing,
): Thing {
  if (object.$ref === undefined) return object;
  const [, , kind = '', name = ''] = object.$ref.split('/');
  return (document.components[kind]?.[name] ?? object) as Thing; // references are kept to their kind
}

/** The example of a body; undefined where it has none. */
export function exampleOf(document: ApiDocument, { examples = {} }: Media): unknown {
  const [first] = Object.values(examples);
  return first === undefined ? undefined : resolve(document, first).value;
}

/** Operations that have all words of `text` somewhere: in the name, the path, the summary or the group. */
export function filterOperations(operations: readonly Operation[], text: string): Operation[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return operations.filter(({ operationId, method, path, summary, tags }) => {
    const all = [operationId, method, path, summary, ...tags].join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
