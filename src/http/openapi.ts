import { createRoute, OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import * as z from 'zod';
import { Role } from '../../contract/access.ts';
import { pointerTo } from '../../contract/json.ts';
import { demand } from './authorize.ts';
import { invalidRequest, readBody, readText } from './body.ts';
import type { AppEnv } from './context.ts';
import { problemsOf } from './document/errors.ts';
import { headersOf, type ResponseHeader } from './document/headers.ts';
import { linksNextPage } from './next-page.ts';
import { countWrite } from './rate-limits/count-write.ts';

const Nothing = z.strictObject({});

/**
 * A group of routes that appear in the OpenAPI document. A route that declares no query parameters takes none, and one
 * that declares no body takes an empty one only.
 */
export function newRouter() {
  return strictRouter(() => []);
}

/** What people and their programs call, behind `authenticate`. Its routes are made with `userRoute`. */
export function newUserRouter() {
  return strictRouter((route) => {
    // One that names no role fails when the Worker starts.
    const role = Role.parse(route[requiredRole]);
    const inOrg = role !== 'platform' && route[needsOrganisation] !== false;
    const changes = route.method !== 'get';
    return [
      demand({ role, inOrg, changes }),
      ...(changes ? [countWrite(route.operationId ?? '', role)] : []),
    ];
  });
}

const requiredRole = 'x-required-role';
/** False for what is a person's own, whether or not they are in an organisation. */
const needsOrganisation = 'x-needs-organisation';

/** As `createRoute`, for a route of `newUserRouter`: it names the least role that may call it. */
export function userRoute<
  Path extends string,
  Route extends Omit<RouteConfig, 'path'> & { path: Path; [requiredRole]: Role },
>(route: Route) {
  return createRoute<Path, Route>(route);
}

/** `first` gives what goes before all else that a route does. */
function strictRouter(first: (route: RouteConfig) => MiddlewareHandler<AppEnv>[]) {
  const router = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const pointer = (path: readonly PropertyKey[]) =>
        result.target === 'query' ? `?${path.join('.')}` : pointerTo(...path);
      throw invalidRequest(result.error, undefined, pointer);
    },
  });
  const { openapi } = router;
  const openStrictly: typeof openapi = (route, ...handling) => {
    const { request, middleware = [] } = route;
    const before = Array.isArray(middleware) ? middleware : [middleware];
    return openapi(
      {
        ...route,
        request: { query: Nothing, ...request },
        middleware: [
          named(route.operationId),
          linksNextPage,
          ...first(route),
          ...(request?.body ? [] : [takesNoBody]),
          ...before,
        ],
      },
      ...handling,
    );
  };
  router.openapi = openStrictly;
  return router;
}

/** The audit tells changes by their operation. */
function named(operationId = ''): MiddlewareHandler<AppEnv> {
  return async function nameOperation(c, next) {
    c.set('operationId', operationId);
    await next();
  };
}

const takesNoBody: MiddlewareHandler<AppEnv> = async (c, next) => {
  if ((await readText(c)) !== '') await readBody(c, Nothing);
  await next();
};

type Router = ReturnType<typeof newRouter>;

/**
 * A JSON or YAML request body in the document. It is read by `readBody`, not by the router's own validator, which
 * knows no YAML and tells malformed JSON and a wrong content type apart from nothing.
 */
export function bodyOf(router: Router, name: string, schema: z.ZodType) {
  router.openAPIRegistry.register(name, schema);
  const reference = { schema: { $ref: `#/components/schemas/${name}` } };
  return {
    required: true,
    content: { 'application/json': reference, 'application/yaml': reference },
  };
}

/** A JSON body that machines send: see `readBody`. */
export function machineBodyOf(router: Router, name: string, schema: z.ZodType) {
  const { content, ...body } = bodyOf(router, name, schema);
  return { ...body, content: { 'application/json': content['application/json'] } };
}

/** The body of a PATCH: a JSON Merge Patch (RFC 7396) of the resource, in JSON or YAML. */
export function patchBodyOf(router: Router, name: string, schema: z.ZodType) {
  const { content, ...body } = bodyOf(router, name, schema);
  return {
    ...body,
    content: { ...content, 'application/merge-patch+json': content['application/json'] },
  };
}

/** A JSON answer in the document, and the headers that come with it. */
export function answer<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  ...headers: readonly ResponseHeader[]
) {
  return {
    description,
    headers: headersOf(...headers),
    content: { 'application/json': { schema } },
  };
}

/** An answer that is JSON, or the text `yaml` when `Accept` asks for it. */
export function jsonOrYaml<Schema extends z.ZodType>(
  schema: Schema,
  yaml: z.ZodType,
  description: string,
  ...headers: readonly ResponseHeader[]
) {
  const { content, ...rest } = answer(schema, description, ...headers);
  return { ...rest, content: { ...content, 'application/yaml': { schema: yaml } } };
}

/** The opening of a WebSocket whose messages have a schema. Its type is without it: no handler returns a message. */
export function messages(schema: z.ZodType, description: string): { description: string } {
  const opening = { description, content: { 'application/json': { schema } } };
  return opening;
}

/** Every operation's errors. */
export const problems = problemsOf();
