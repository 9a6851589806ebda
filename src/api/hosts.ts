import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { PageQuery, pageOf } from '../../contract/common.ts';
import { EnrollmentToken, EnrollmentTokenInput, Host } from '../../contract/host.ts';
import { createEnrollmentToken } from '../hosts/create-enrollment-token.ts';
import { toHost } from '../hosts/model.ts';
import { getHost, listHosts } from '../hosts/read.ts';
import { readBody } from '../http/body.ts';
import { answer, bodyOf, newRouter, problems } from '../http/openapi.ts';
import { decodeCursor, toPage } from '../http/page.ts';

export const hostRoutes = newRouter();

const tags = ['Hosts'];

hostRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/hosts',
    operationId: 'listHosts',
    tags,
    summary: 'List the hosts of the organisation, by id',
    request: { query: PageQuery },
    responses: {
      200: answer(pageOf(Host).meta({ id: 'HostPage' }), 'One page of hosts'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const rows = await listHosts(c.var.scope, decodeCursor(cursor), limit + 1);
    return c.json(
      toPage(
        rows,
        limit,
        ({ row }) => row.id,
        ({ row, claims }) => toHost(row, claims),
      ),
      200,
    );
  },
);

hostRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/hosts/{id}',
    operationId: 'getHost',
    tags,
    summary: 'Read a host: what it has, and what of that is taken',
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: answer(Host, 'The host'), ...problems },
  }),
  async (c) => c.json(await getHost(c.var.scope, c.req.valid('param').id), 200),
);

hostRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/enrollment-tokens',
    operationId: 'createEnrollmentToken',
    tags,
    summary: 'Make a token that lets hosts enrol; it is shown once',
    request: { body: bodyOf(hostRoutes, 'EnrollmentTokenInput', EnrollmentTokenInput) },
    responses: { 201: answer(EnrollmentToken, 'The token'), ...problems },
  }),
  async (c) => {
    // No idempotency: its answer holds a secret, which is not kept.
    const input = await readBody(c, EnrollmentTokenInput);
    return c.json(await createEnrollmentToken(c.var.scope, input), 201);
  },
);
