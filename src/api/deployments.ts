import * as z from 'zod';
import { PageQuery, pageOf } from '../../contract/common.ts';
import { Deployment, DeploymentInput } from '../../contract/deployment.ts';
import { Event } from '../../contract/event.ts';
import { Instance } from '../../contract/instance.ts';
import { createDeployment } from '../deployments/create.ts';
import {
  getDeployment,
  listDeployments,
  listEvents,
  listInstances,
  toEvent,
} from '../deployments/read.ts';
import { forceRemoveDeployment, removeDeployment } from '../deployments/remove.ts';
import { readBody } from '../http/body.ts';
import { parameter } from '../http/document/parameters.ts';
import { checkIfMatch, etagOf } from '../http/etag.ts';
import { idempotentScope } from '../http/idempotency.ts';
import { answer, bodyOf, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { decodeCursor, toPage } from '../http/page.ts';
import { ringHosts } from '../hub/ring.ts';
import { locationOfDeployment } from './locations.ts';
import { ringAndWake, wake } from './wake.ts';

export const deploymentRoutes = newUserRouter();

const params = z.object({ name: z.string().describe('The name of the deployment.') });
const tags = ['Deployments'];

deploymentRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/deployments',
    operationId: 'listDeployments',
    'x-required-role': 'viewer',
    tags,
    summary: 'List the deployments of the organisation, by name',
    request: { query: PageQuery },
    responses: {
      200: answer(pageOf(Deployment).meta({ id: 'DeploymentPage' }), 'One page of deployments'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const rows = await listDeployments(c.var.scope, decodeCursor(cursor), limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.name),
      200,
    );
  },
);

deploymentRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/deployments',
    operationId: 'createDeployment',
    'x-required-role': 'operator',
    tags,
    summary: 'Deploy a model',
    parameters: [parameter('IdempotencyKey')],
    request: { body: bodyOf(deploymentRoutes, 'DeploymentInput', DeploymentInput) },
    responses: { 201: answer(Deployment, 'The new deployment', 'ETag', 'Location'), ...problems },
  }),
  async (c) => {
    const input = await readBody(c, DeploymentInput);
    const scope = await idempotentScope(c, 201, locationOfDeployment);
    const created = await createDeployment(scope, input);
    const { deployment } = created;
    ringAndWake(c, created);
    c.header('etag', etagOf(deployment.revision));
    c.header('location', locationOfDeployment(deployment));
    return c.json(deployment, 201);
  },
);

deploymentRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/deployments/{name}',
    operationId: 'getDeployment',
    'x-required-role': 'viewer',
    tags,
    summary: 'Read a deployment and its status',
    request: { params },
    responses: { 200: answer(Deployment, 'The deployment', 'ETag'), ...problems },
  }),
  async (c) => {
    // No 304: the status changes without a new revision.
    const deployment = await getDeployment(c.var.scope, c.req.valid('param').name);
    c.header('etag', etagOf(deployment.revision));
    return c.json(deployment, 200);
  },
);

deploymentRoutes.openapi(
  userRoute({
    method: 'delete',
    path: '/deployments/{name}',
    operationId: 'deleteDeployment',
    'x-required-role': 'operator',
    tags,
    summary: 'Delete a deployment: its containers are stopped first',
    parameters: [parameter('IfMatch')],
    request: {
      params,
      query: z.strictObject({
        force: z
          .enum(['true', 'false'])
          .default('false')
          .describe('Do not wait for its hosts: what they still run is given up.'),
      }),
    },
    responses: {
      202: answer(
        Deployment,
        'It is being deleted; it is gone when reading it gives 404',
        'Location',
      ),
      204: { description: 'Deleted' },
      ...problems,
    },
  }),
  async (c) => {
    const { name } = c.req.valid('param');
    const check = (revision: number) => checkIfMatch(c, revision);
    if (c.req.valid('query').force === 'true') {
      const bells = await forceRemoveDeployment(c.var.scope, name, check);
      c.executionCtx.waitUntil(ringHosts(c.env, bells));
      // What was given up may make room for what waits. Where the call gets lost, the clock finds it.
      wake(c, { deployments: [], roomGrew: true });
      return c.body(null, 204);
    }
    const removed = await removeDeployment(c.var.scope, name, check);
    ringAndWake(c, removed);
    const { deployment } = removed;
    if (!deployment) {
      // It held nothing; but a host may have been kept for it.
      wake(c, { deployments: [], roomGrew: true });
      return c.body(null, 204);
    }
    c.header('location', `/api/v1/deployments/${name}`);
    return c.json(deployment, 202);
  },
);

deploymentRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/deployments/{name}/instances',
    operationId: 'listInstances',
    'x-required-role': 'viewer',
    tags,
    summary: 'List the instances of a deployment, by id',
    request: { params, query: PageQuery },
    responses: {
      200: answer(pageOf(Instance).meta({ id: 'InstancePage' }), 'One page of instances'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const { name } = c.req.valid('param');
    const rows = await listInstances(c.var.scope, name, decodeCursor(cursor), limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.id),
      200,
    );
  },
);

deploymentRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/deployments/{name}/events',
    operationId: 'listDeploymentEvents',
    'x-required-role': 'viewer',
    tags,
    summary: 'What happened to a deployment and its instances, newest first',
    request: { params, query: PageQuery },
    responses: {
      200: answer(pageOf(Event).meta({ id: 'EventPage' }), 'One page of events'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const { name } = c.req.valid('param');
    const rows = await listEvents(c.var.scope, name, decodeCursor(cursor), limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.id, toEvent),
      200,
    );
  },
);
