import * as z from 'zod';
import { ApiToken, ApiTokenInput, ApiTokenQuery, NewApiToken } from '../../contract/access.ts';
import { pageOf } from '../../contract/common.ts';
import { readBody } from '../http/body.ts';
import { answer, bodyOf, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { decodeCursor, toPage } from '../http/page.ts';
import { createToken } from '../tenancy/tokens/create.ts';
import { getToken, listTokens } from '../tenancy/tokens/read.ts';
import { revoke } from '../tenancy/tokens/revoke.ts';

export const tokenRoutes = newUserRouter();

const tags = ['Access'];
const params = z.object({ id: z.string().describe('The id of the token.') });

tokenRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/tokens',
    operationId: 'listTokens',
    'x-required-role': 'admin',
    tags,
    summary: 'List the API tokens of the organisation, by id; those that ended for 30 days more',
    request: { query: ApiTokenQuery },
    responses: {
      200: answer(pageOf(ApiToken).meta({ id: 'ApiTokenPage' }), 'One page of tokens'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor, created_by: createdBy } = c.req.valid('query');
    const filter = { createdBy, after: decodeCursor(cursor) };
    const rows = await listTokens(c.var.scope, filter, limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.id),
      200,
    );
  },
);

tokenRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/tokens',
    operationId: 'createToken',
    'x-required-role': 'admin',
    tags,
    summary: 'Make an API token; it is shown once',
    request: { body: bodyOf(tokenRoutes, 'ApiTokenInput', ApiTokenInput) },
    responses: { 201: answer(NewApiToken, 'The token', 'Location'), ...problems },
  }),
  async (c) => {
    // No idempotency: its answer holds a secret, which is not kept.
    const made = await createToken(c.var.scope, await readBody(c, ApiTokenInput));
    c.header('location', `/api/v1/tokens/${made.id}`);
    return c.json(made, 201);
  },
);

tokenRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/tokens/{id}',
    operationId: 'getToken',
    'x-required-role': 'admin',
    tags,
    summary: 'Read an API token: its role, who made it, and when it was last used',
    request: { params },
    responses: { 200: answer(ApiToken, 'The token, without its text'), ...problems },
  }),
  async (c) => c.json(await getToken(c.var.scope, c.req.valid('param').id), 200),
);

tokenRoutes.openapi(
  userRoute({
    method: 'delete',
    path: '/tokens/{id}',
    operationId: 'revokeToken',
    'x-required-role': 'admin',
    tags,
    summary: 'Revoke an API token: from the next request on it is not let in',
    request: { params },
    responses: { 204: { description: 'Revoked' }, ...problems },
  }),
  async (c) => {
    await revoke(c.var.scope, c.req.valid('param').id);
    return c.body(null, 204);
  },
);
