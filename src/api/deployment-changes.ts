import * as z from 'zod';
import { PageQuery, pageOf } from '../../contract/common.ts';
import {
  Deployment,
  DeploymentInput,
  DeploymentPatch,
  DeploymentRevision,
  RollbackInput,
} from '../../contract/deployment.ts';
import { applyMergePatch } from '../backends/merge-patch.ts';
import { type Changed, changeDeployment, setStopped } from '../deployments/change.ts';
import { listRevisions, rollBack } from '../deployments/revisions.ts';
import { readBody, readPatch } from '../http/body.ts';
import type { AppContext } from '../http/context.ts';
import { parameter } from '../http/document/parameters.ts';
import { checkIfMatch, demandIfMatch, etagOf } from '../http/etag.ts';
import { idempotentScope } from '../http/idempotency.ts';
import {
  answer,
  bodyOf,
  newUserRouter,
  patchBodyOf,
  problems,
  userRoute,
} from '../http/openapi.ts';
import { decodeNumberCursor, toPage } from '../http/page.ts';
import { ringHosts } from '../hub/ring.ts';
import { wake } from './wake.ts';

/** What changes a deployment while it runs. */
export const deploymentChangeRoutes = newUserRouter();

const params = z.object({ name: z.string().describe('The name of the deployment.') });
const tags = ['Deployments'];
const changed = { 200: answer(Deployment, 'The deployment as it shall be', 'ETag'), ...problems };

function reply(c: AppContext, change: Changed): Deployment {
  const { deployment, deploymentId, stepIsDue } = change;
  c.executionCtx.waitUntil(ringHosts(c.env, change.bells));
  // A host may have been kept for what it wants no more.
  wake(c, { deployments: stepIsDue ? [deploymentId] : [], roomGrew: true });
  c.header('etag', etagOf(deployment.revision));
  return deployment;
}

deploymentChangeRoutes.openapi(
  userRoute({
    method: 'put',
    path: '/deployments/{name}',
    operationId: 'replaceDeployment',
    'x-required-role': 'operator',
    tags,
    summary: 'Change a deployment as a whole: a new revision, rolled out; demands If-Match',
    parameters: [parameter('IfMatchRequired')],
    request: { params, body: bodyOf(deploymentChangeRoutes, 'DeploymentInput', DeploymentInput) },
    responses: changed,
  }),
  async (c) => {
    const spec = await readBody(c, DeploymentInput);
    const { name } = c.req.valid('param');
    const done = await changeDeployment(c.var.scope, name, ({ revision }) => {
      demandIfMatch(c, revision);
      return { spec, cause: 'change' };
    });
    return c.json(reply(c, done), 200);
  },
);

deploymentChangeRoutes.openapi(
  userRoute({
    method: 'patch',
    path: '/deployments/{name}',
    operationId: 'patchDeployment',
    'x-required-role': 'operator',
    tags,
    summary:
      'Merge changes into a deployment (RFC 7396), such as {"replicas": 3}; demands If-Match',
    parameters: [parameter('IfMatchRequired')],
    request: {
      params,
      body: patchBodyOf(deploymentChangeRoutes, 'DeploymentPatch', DeploymentPatch),
    },
    responses: changed,
  }),
  async (c) => {
    const patch = await readPatch(c, DeploymentInput);
    const { name } = c.req.valid('param');
    const done = await changeDeployment(c.var.scope, name, ({ revision, spec }) => {
      demandIfMatch(c, revision);
      const before = JSON.parse(JSON.stringify(spec));
      return { spec: patch((change) => applyMergePatch(before, change)), cause: 'change' };
    });
    return c.json(reply(c, done), 200);
  },
);

for (const [action, stopped] of [
  ['stop', true],
  ['start', false],
] as const) {
  deploymentChangeRoutes.openapi(
    userRoute({
      method: 'post',
      path: `/deployments/{name}/${action}`,
      operationId: `${action}Deployment`,
      'x-required-role': 'operator',
      tags,
      summary: stopped
        ? 'Stop a deployment: its instances go, it stays'
        : 'Start a stopped deployment again',
      parameters: [parameter('IfMatch'), parameter('IdempotencyKey')],
      request: { params },
      responses: changed,
    }),
    async (c) => {
      const { name } = c.req.valid('param');
      const scope = await idempotentScope(c, 200);
      const check = (revision: number) => checkIfMatch(c, revision);
      return c.json(reply(c, await setStopped(scope, name, stopped, check)), 200);
    },
  );
}

deploymentChangeRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/deployments/{name}/restart',
    operationId: 'restartDeployment',
    'x-required-role': 'operator',
    tags,
    summary: 'Make all instances anew without a change, as a rollout of their own',
    parameters: [parameter('IfMatch'), parameter('IdempotencyKey')],
    request: { params },
    responses: changed,
  }),
  async (c) => {
    const { name } = c.req.valid('param');
    const scope = await idempotentScope(c, 200);
    const done = await changeDeployment(scope, name, ({ revision, spec }) => {
      checkIfMatch(c, revision);
      return { spec, cause: 'restart', message: 'It is restarted.' };
    });
    return c.json(reply(c, done), 200);
  },
);

deploymentChangeRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/deployments/{name}/rollback',
    operationId: 'rollBackDeployment',
    'x-required-role': 'operator',
    tags,
    summary: 'Make an earlier revision the newest one, as a new revision',
    parameters: [parameter('IfMatch'), parameter('IdempotencyKey')],
    request: { params, body: bodyOf(deploymentChangeRoutes, 'RollbackInput', RollbackInput) },
    responses: changed,
  }),
  async (c) => {
    const { revision } = await readBody(c, RollbackInput);
    const { name } = c.req.valid('param');
    const scope = await idempotentScope(c, 200);
    const done = await rollBack(scope, name, revision, (newest) => checkIfMatch(c, newest));
    return c.json(reply(c, done), 200);
  },
);

deploymentChangeRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/deployments/{name}/revisions',
    operationId: 'listDeploymentRevisions',
    'x-required-role': 'viewer',
    tags,
    summary: 'List the revisions of a deployment, newest first: who, when, and what changed',
    request: { params, query: PageQuery },
    responses: {
      200: answer(pageOf(DeploymentRevision).meta({ id: 'DeploymentRevisionPage' }), 'One page'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const { name } = c.req.valid('param');
    const rows = await listRevisions(c.var.scope, name, decodeNumberCursor(cursor), limit + 1);
    return c.json(
      toPage(rows, limit, (row) => String(row.revision)),
      200,
    );
  },
);
