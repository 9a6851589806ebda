import * as z from 'zod';
import { PageQuery, pageOf } from '../../contract/common.ts';
import { Org, OrgInput } from '../../contract/org.ts';
import { releaseReplacement } from '../deployments/release-replacement.ts';
import { readBody } from '../http/body.ts';
import { idempotentScope } from '../http/idempotency.ts';
import { answer, bodyOf, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { decodeCursor, toPage } from '../http/page.ts';
import { hubOf } from '../hub/ring.ts';
import { createOrg } from '../tenancy/orgs/create.ts';
import { toOrg } from '../tenancy/orgs/model.ts';
import { orgOf, readOrg } from '../tenancy/orgs/read.ts';
import { selectOrgs } from '../tenancy/orgs/store.ts';

export const orgRoutes = newUserRouter();

const tags = ['Organisations'];
const params = z.object({ id: z.string() });

orgRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/orgs',
    operationId: 'listOrgs',
    'x-required-role': 'platform',
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
  userRoute({
    method: 'post',
    path: '/orgs',
    operationId: 'createOrg',
    'x-required-role': 'platform',
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

orgRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/orgs/{id}',
    operationId: 'getOrg',
    'x-required-role': 'viewer',
    tags,
    summary: 'Read an organisation, and whether replacement is held in it',
    request: { params },
    responses: { 200: answer(Org, 'The organisation'), ...problems },
  }),
  async (c) => {
    const id = orgOf(c.var.scope, c.req.valid('param').id);
    return c.json(await readOrg(c.var.database, id), 200);
  },
);

orgRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/orgs/{id}/release-replacement',
    operationId: 'releaseReplacement',
    'x-required-role': 'operator',
    tags,
    summary: 'Replace what runs on silent hosts, although most of them fell silent at once',
    request: { params },
    responses: { 200: answer(Org, 'The organisation'), ...problems },
  }),
  async (c) => {
    const id = orgOf(c.var.scope, c.req.valid('param').id);
    const { org, deployments } = await releaseReplacement(c.var.scope, id);
    if (deployments.length > 0) {
      c.executionCtx.waitUntil(hubOf(c.env, id, 0).wake(id, { deployments, roomGrew: false }));
    }
    return c.json(org, 200);
  },
);
