import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from '../context.ts';

export type Document = ReturnType<OpenAPIHono<AppEnv>['getOpenAPI31Document']>;
type PathItem = NonNullable<Document['paths']>[string];
export type OperationObject = NonNullable<PathItem['get']>;

export const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

export interface Operation {
  method: (typeof methods)[number];
  path: string;
  /** Its part of the document, to be added to. */
  object: OperationObject;
}

/** Every operation of the document. */
export function operationsOf({ paths = {} }: Document): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method): Operation[] => {
      const object = item[method];
      return object ? [{ method, path, object }] : [];
    }),
  );
}

/** It is called by people and programs with a token, as nothing else is said. */
export function isForUsers({ object }: Operation): boolean {
  return object.security === undefined;
}

/** The name at the end of a reference, of an object that is one. */
export function nameOf(object: unknown): string | undefined {
  if (typeof object !== 'object' || object === null || !('$ref' in object)) return undefined;
  return String(object.$ref).split('/').at(-1);
}

/** The last name of the references to parameters that an operation makes. */
export function takesParameter({ object }: Operation, name: string): boolean {
  return (object.parameters ?? []).some((parameter) => nameOf(parameter) === name);
}
