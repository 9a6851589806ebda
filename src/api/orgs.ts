import { createRoute } from '@hono/zod-openapi';
import { PageQuery, pageOf } from '../../contract/common.ts';
import { Org, OrgInput } from '../../contract/org.ts';
import { readBody } from '../http/body.ts';
import { idempotentScope } from '../http/idempotency.ts';
import { answer, bodyOf, newRouter, problems } from '../http/openapi.ts';
import { decodeCursor, toPage } from '../http/page.ts';
import { createOrg, toOrg } from '../tenancy/orgs/create.ts';
import { selectOrgs } from '../tenancy/orgs/store.ts';

export const orgRoutes = newRouter();

const tags = ['Organisations'];

orgRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/orgs',
    operationId: 'listOrgs',
    tags,
    summary: 'List the organisations',
    request: { query: PageQuery },
    responses: {
      200: answer(pageOf(Org).meta({ id: 'OrgPage' }), 'One page of organisations'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const rows = await selectOrgs(c.var.database, decodeCursor(cursor), limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.id, toOrg),
      200,
    );
  },
);

orgRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/orgs',
    operationId: 'createOrg',
    tags,
    summary: 'Make an organisation',
    request: { body: bodyOf(orgRoutes, 'OrgInput', OrgInput) },
    responses: { 201: answer(Org, 'The new organisation'), ...problems },
  }),
  async (c) => {
    const input = await readBody(c, OrgInput);
    return c.json(await createOrg(await idempotentScope(c, 201), input), 201);
  },
);
