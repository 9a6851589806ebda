import * as z from 'zod';
import { PageQuery, pageOf } from '../../contract/common.ts';
import { Event } from '../../contract/event.ts';
import { Host, HostChange, HostDetail } from '../../contract/host.ts';
import { toEvent } from '../deployments/read.ts';
import { removeHost } from '../deployments/remove-host.ts';
import { changeHost } from '../hosts/change.ts';
import { cordonHost, drainHost, uncordonHost } from '../hosts/cordon.ts';
import { deploymentsOn, getHost, listHostEvents, listHosts } from '../hosts/read.ts';
import { readPatch } from '../http/body.ts';
import { answer, newUserRouter, patchBodyOf, problems, userRoute } from '../http/openapi.ts';
import { decodeCursor, toPage } from '../http/page.ts';
import { hubOf } from '../hub/ring.ts';
import { wake } from './wake.ts';

export const hostRoutes = newUserRouter();

const params = z.object({ id: z.string().describe('The id of the host.') });
const tags = ['Hosts'];

hostRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/hosts',
    operationId: 'listHosts',
    'x-required-role': 'viewer',
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
      toPage(rows, limit, (row) => row.id),
      200,
    );
  },
);

hostRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/hosts/{id}',
    operationId: 'getHost',
    'x-required-role': 'viewer',
    tags,
    summary: 'Read a host: what it has, what of that is taken, and its launch queue',
    request: { params },
    responses: { 200: answer(HostDetail, 'The host'), ...problems },
  }),
  async (c) => c.json(await getHost(c.var.scope, c.req.valid('param').id), 200),
);

hostRoutes.openapi(
  userRoute({
    method: 'patch',
    path: '/hosts/{id}',
    operationId: 'changeHost',
    'x-required-role': 'operator',
    tags,
    summary: 'Rename a host, or give it other labels; what it runs stays',
    request: { params, body: patchBodyOf(hostRoutes, 'HostChange', HostChange) },
    responses: { 200: answer(Host, 'The host'), ...problems },
  }),
  async (c) => {
    const change = (await readPatch(c, HostChange))((patch) => patch);
    const { host, changed } = await changeHost(c.var.scope, c.req.valid('param').id, change);
    // A pending instance may ask for the name or the labels that it has now.
    if (changed) wake(c, { deployments: [], roomGrew: true });
    return c.json(host, 200);
  },
);

hostRoutes.openapi(
  userRoute({
    method: 'delete',
    path: '/hosts/{id}',
    operationId: 'deleteHost',
    'x-required-role': 'operator',
    tags,
    summary: 'Remove a host; with `force` also one that holds launches, which are given up',
    request: {
      params,
      query: z.strictObject({
        force: z
          .enum(['true', 'false'])
          .default('false')
          .describe('Also while it holds launches, which are given up.'),
      }),
    },
    responses: { 204: { description: 'Removed' }, ...problems },
  }),
  async (c) => {
    const force = c.req.valid('query').force === 'true';
    const { id } = c.req.valid('param');
    const { deployments, hub } = await removeHost(c.var.scope, id, force);
    const { orgId } = c.var.scope;
    c.executionCtx.waitUntil(hubOf(c.env, orgId, hub).forget(orgId, id));
    // Also what was placed there at the last moment waits for room now.
    if (force) wake(c, { deployments, roomGrew: true });
    return c.body(null, 204);
  },
);

hostRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/hosts/{id}/cordon',
    operationId: 'cordonHost',
    'x-required-role': 'operator',
    tags,
    summary: 'Give a host no new instances; what it runs stays',
    request: { params },
    responses: { 200: answer(Host, 'The host'), ...problems },
  }),
  async (c) => c.json(await cordonHost(c.var.scope, c.req.valid('param').id), 200),
);

hostRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/hosts/{id}/uncordon',
    operationId: 'uncordonHost',
    'x-required-role': 'operator',
    tags,
    summary: 'Give a host new instances again; it is no longer drained either',
    request: { params },
    responses: { 200: answer(Host, 'The host'), ...problems },
  }),
  async (c) => {
    const host = await uncordonHost(c.var.scope, c.req.valid('param').id);
    wake(c, { deployments: [], roomGrew: true });
    return c.json(host, 200);
  },
);

hostRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/hosts/{id}/drain',
    operationId: 'drainHost',
    'x-required-role': 'operator',
    tags,
    summary: 'Give a host no new instances, and move what it runs elsewhere',
    request: { params },
    responses: { 200: answer(Host, 'The host'), ...problems },
  }),
  async (c) => {
    const { id } = c.req.valid('param');
    const host = await drainHost(c.var.scope, id);
    wake(c, { deployments: await deploymentsOn(c.var.scope, id), roomGrew: false });
    return c.json(host, 200);
  },
);

hostRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/hosts/{id}/events',
    operationId: 'listHostEvents',
    'x-required-role': 'viewer',
    tags,
    summary: 'What happened to a host, newest first',
    request: { params, query: PageQuery },
    responses: {
      200: answer(pageOf(Event).meta({ id: 'EventPage' }), 'One page of events'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const { id } = c.req.valid('param');
    const rows = await listHostEvents(c.var.scope, id, decodeCursor(cursor), limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.id, toEvent),
      200,
    );
  },
);
