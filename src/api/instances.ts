import * as z from 'zod';
import { PageQuery, pageOf } from '../../contract/common.ts';
import { Event } from '../../contract/event.ts';
import { InstanceDetail } from '../../contract/instance.ts';
import { getInstance, listInstanceEvents, toEvent } from '../deployments/read.ts';
import { answer, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { decodeCursor, toPage } from '../http/page.ts';

export const instanceRoutes = newUserRouter();

instanceRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/instances/{id}',
    operationId: 'getInstance',
    'x-required-role': 'viewer',
    tags: ['Deployments'],
    summary: 'Read an instance with its launch spec, in which secrets read ***',
    request: { params: z.object({ id: z.string().describe('The id of the instance.') }) },
    responses: { 200: answer(InstanceDetail, 'The instance'), ...problems },
  }),
  async (c) => c.json(await getInstance(c.var.scope, c.req.valid('param').id), 200),
);

instanceRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/instances/{id}/events',
    operationId: 'listInstanceEvents',
    'x-required-role': 'viewer',
    tags: ['Deployments'],
    summary: 'What happened to an instance, newest first',
    request: {
      params: z.object({ id: z.string().describe('The id of the instance.') }),
      query: PageQuery,
    },
    responses: {
      200: answer(pageOf(Event).meta({ id: 'EventPage' }), 'One page of events'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const { id } = c.req.valid('param');
    const rows = await listInstanceEvents(c.var.scope, id, decodeCursor(cursor), limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.id, toEvent),
      200,
    );
  },
);
