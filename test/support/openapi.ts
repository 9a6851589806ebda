import { inject } from 'vitest';
import { send } from './client.ts';

/** A JSON Schema, as far as tests look into it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  default?: unknown;
}

export interface Parameter {
  $ref?: string;
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  schema: Schema;
}

export interface Media {
  schema: Schema;
  examples?: Record<string, { $ref?: string; value?: unknown }>;
}

export interface Body {
  $ref?: string;
  description?: string;
  headers?: Record<string, unknown>;
  content?: Record<string, Media>;
}

export interface Operation {
  operationId: string;
  summary?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: Body;
  responses: Record<string, Body>;
}

export interface Document {
  openapi: string;
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, Schema>;
    examples: Record<string, { value: unknown }>;
    securitySchemes: Record<string, unknown>;
  };
}

/** The document of the running control plane. */
export async function readDocument(url = inject('stack').url): Promise<Document> {
  const { status, text } = await send(`${url}/api/openapi.json`, 'GET', {}, undefined);
  if (status !== 200) throw new Error(`/api/openapi.json: ${status}`);
  return JSON.parse(text) as Document;
}

export interface NamedOperation {
  method: string;
  path: string;
  operation: Operation;
}

export function operationsOf({ paths }: Document): NamedOperation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );
}

/** What `object` refers to, or itself. */
export function resolve<Part>(document: Document, object: Part & { $ref?: string }): Part {
  if (object.$ref === undefined) return object;
  let found: unknown = document;
  for (const step of object.$ref.slice(2).split('/')) {
    found = (found as Record<string, unknown> | undefined)?.[step]; // a reference goes through objects
  }
  if (found === undefined) throw new Error(`${object.$ref} is not in the document`);
  return found as Part; // as the document's own schema says
}
