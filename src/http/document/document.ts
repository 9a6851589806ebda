import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Handler } from 'hono';
import { problemResponses } from '../../../contract/examples/problems.ts';
import type { AppEnv } from '../context.ts';
import { addErrors, problemComponents } from './errors.ts';
import { addExamples } from './examples.ts';
import { addHeaders, headerComponents } from './headers.ts';
import { type Document, operationsOf } from './operations.ts';
import { addParameters, parameterComponents } from './parameters.ts';
import { widenIntegers } from './schemas.ts';
import { securitySchemes } from './security.ts';
import { describedTags } from './tags.ts';

const about = `A control plane for inference containers, and the hosts that run them.

- Errors are problems (RFC 9457) with a stable \`code\`. A request that an operation does not describe, with another method or with a body where none is taken, is answered by one as well: 405, 413 or 415.
- A key or a query parameter that is not described is an error.
- Bodies are JSON, or YAML with \`content-type: application/yaml\`. On input null and left out mean the same.
- Times are RFC 3339 in UTC with milliseconds, durations seconds, sizes bytes, as the names say.
- Lists come in pages: send \`next_cursor\` as \`cursor\`, or follow the \`Link\` header.
- Within v1 there are additions only: ignore what you do not know.`;

/** What `/api/openapi.json` gives. It is made once, since nothing in it changes. */
export function documentHandler(app: OpenAPIHono<AppEnv>): Handler<AppEnv> {
  let made: Document | undefined;
  return (c) => {
    made ??= documentOf(app);
    return c.json(made);
  };
}

/**
 * The OpenAPI document of the routes of `app`. A route says its id, tag, summary, request and answers; what follows from
 * those is added here: errors, shared headers, examples, security.
 */
export function documentOf(app: OpenAPIHono<AppEnv>): Document {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Longshore',
      // Of the API, not of a build: `getMeta` says the latter.
      version: 'v1',
      description: about,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/', description: 'The control plane that gave this document.' }],
    security: [{ bearer: [] }, { session: [] }],
    tags: describedTags,
  });
  for (const operation of operationsOf(document)) {
    addParameters(operation);
    addErrors(operation);
    addHeaders(operation, document);
    addExamples(operation, document);
  }
  document.components = {
    ...document.components,
    securitySchemes,
    parameters: parameterComponents,
    headers: headerComponents,
    responses: problemComponents(problemResponses),
  };
  widenIntegers(document.components.schemas);
  return document;
}
