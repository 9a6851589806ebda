import * as z from 'zod';
import { PageQuery, pageOf } from '../../contract/common.ts';
import { Org, OrgChange, OrgInput } from '../../contract/org.ts';
import { releaseReplacement } from '../deployments/release-replacement.ts';
import { beginOrgRemoval, continueOrgRemoval } from '../deployments/remove-org.ts';
import { readBody, readPatch } from '../http/body.ts';
import { problemsOf } from '../http/document/errors.ts';
import { parameter } from '../http/document/parameters.ts';
import { idempotentScope } from '../http/idempotency.ts';
import {
  answer,
  bodyOf,
  newUserRouter,
  patchBodyOf,
  problems,
  userRoute,
} from '../http/openapi.ts';
import { decodeCursor, toPage } from '../http/page.ts';
import { forgetOrg, hubOf } from '../hub/ring.ts';
import { changeOrg } from '../tenancy/orgs/change.ts';
import { createOrg } from '../tenancy/orgs/create.ts';
import { toOrg } from '../tenancy/orgs/model.ts';
import { orgOf, readOrg } from '../tenancy/orgs/read.ts';
import { selectOrgs } from '../tenancy/orgs/store.ts';
import { locationOfOrg } from './locations.ts';

export const orgRoutes = newUserRouter();

const tags = ['Organisations'];
const params = z.object({ id: z.string().describe('The id of the organisation.') });

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
    parameters: [parameter('IdempotencyKey')],
    request: { body: bodyOf(orgRoutes, 'OrgInput', OrgInput) },
    responses: { 201: answer(Org, 'The new organisation', 'Location'), ...problems },
  }),
  async (c) => {
    const input = await readBody(c, OrgInput);
    const org = await createOrg(await idempotentScope(c, 201, locationOfOrg), input);
    c.header('location', locationOfOrg(org));
    return c.json(org, 201);
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
    method: 'patch',
    path: '/orgs/{id}',
    operationId: 'changeOrg',
    'x-required-role': 'admin',
    tags,
    summary: 'Rename an organisation; the platform administrator may also set its limits',
    request: { params, body: patchBodyOf(orgRoutes, 'OrgChange', OrgChange) },
    responses: { 200: answer(Org, 'The organisation'), ...problems },
  }),
  async (c) => {
    const change = (await readPatch(c, OrgChange))((patch) => patch);
    return c.json(await changeOrg(c.var.scope, c.req.valid('param').id, change), 200);
  },
);

orgRoutes.openapi(
  userRoute({
    method: 'delete',
    path: '/orgs/{id}',
    operationId: 'deleteOrg',
    'x-required-role': 'platform',
    tags,
    summary:
      'Delete an organisation with all that is in it; with `force` also one whose hosts hold launches, which are given up',
    request: {
      params,
      query: z.strictObject({
        confirm: z.string().optional().describe('The name of the organisation.'),
        force: z
          .enum(['true', 'false'])
          .default('false')
          .describe('Also while its hosts hold launches, which are given up.'),
      }),
    },
    responses: {
      202: answer(Org, 'It is being deleted; it is gone when reading it gives 404', 'Location'),
      204: { description: 'Deleted' },
      ...problemsOf({ also: ['confirmation_required'] }),
    },
  }),
  async (c) => {
    const { id } = c.req.valid('param');
    const { confirm, force } = c.req.valid('query');
    const org = await beginOrgRemoval(c.var.scope, id, { confirm, force: force === 'true' });
    const isGone = await continueOrgRemoval(
      c.var.database,
      id,
      (hubs) => forgetOrg(c.env, id, hubs),
      c.var.scope.now,
    );
    if (isGone) return c.body(null, 204);
    c.header('location', `/api/v1/orgs/${id}`);
    return c.json(org, 202);
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
