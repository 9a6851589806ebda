import * as z from 'zod';
import { PageQuery, pageOf } from '../../contract/common.ts';
import {
  EnrollmentToken,
  EnrollmentTokenInput,
  NewEnrollmentToken,
} from '../../contract/enrollment-token.ts';
import { createEnrollmentToken } from '../hosts/create-enrollment-token.ts';
import {
  getEnrollmentToken,
  listEnrollmentTokens,
  revokeEnrollmentToken,
} from '../hosts/enrollment-tokens.ts';
import { readBody } from '../http/body.ts';
import { answer, bodyOf, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { decodeCursor, toPage } from '../http/page.ts';

/** Tokens that let machines become hosts. */
export const enrollmentTokenRoutes = newUserRouter();

const params = z.object({ id: z.string().describe('The id of the token.') });
const tags = ['Hosts'];

enrollmentTokenRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/enrollment-tokens',
    operationId: 'listEnrollmentTokens',
    'x-required-role': 'admin',
    tags,
    summary: 'List the enrolment tokens of the organisation, without what they are, by id',
    request: { query: PageQuery },
    responses: {
      200: answer(
        pageOf(EnrollmentToken).meta({ id: 'EnrollmentTokenPage' }),
        'One page of tokens; those that expired are gone after 7 days',
      ),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const rows = await listEnrollmentTokens(c.var.scope, decodeCursor(cursor), limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.id),
      200,
    );
  },
);

enrollmentTokenRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/enrollment-tokens',
    operationId: 'createEnrollmentToken',
    'x-required-role': 'admin',
    tags,
    summary: 'Make a token that lets hosts enrol; it is shown once',
    request: {
      body: bodyOf(enrollmentTokenRoutes, 'EnrollmentTokenInput', EnrollmentTokenInput),
    },
    responses: { 201: answer(NewEnrollmentToken, 'The token', 'Location'), ...problems },
  }),
  async (c) => {
    // No idempotency: its answer holds a secret, which is not kept.
    const input = await readBody(c, EnrollmentTokenInput);
    const made = await createEnrollmentToken(c.var.scope, input);
    c.header('location', `/api/v1/enrollment-tokens/${made.id}`);
    return c.json(made, 201);
  },
);

enrollmentTokenRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/enrollment-tokens/{id}',
    operationId: 'getEnrollmentToken',
    'x-required-role': 'admin',
    tags,
    summary: 'Read how many uses an enrolment token has left, and until when',
    request: { params },
    responses: { 200: answer(EnrollmentToken, 'The token, without what it is'), ...problems },
  }),
  async (c) => c.json(await getEnrollmentToken(c.var.scope, c.req.valid('param').id), 200),
);

enrollmentTokenRoutes.openapi(
  userRoute({
    method: 'delete',
    path: '/enrollment-tokens/{id}',
    operationId: 'deleteEnrollmentToken',
    'x-required-role': 'admin',
    tags,
    summary: 'Revoke an enrolment token; hosts that enrolled with it stay',
    request: { params },
    responses: { 204: { description: 'Revoked' }, ...problems },
  }),
  async (c) => {
    await revokeEnrollmentToken(c.var.scope, c.req.valid('param').id);
    return c.body(null, 204);
  },
);
