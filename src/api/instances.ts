import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { InstanceDetail } from '../../contract/instance.ts';
import { getInstance } from '../deployments/read.ts';
import { answer, newRouter, problems } from '../http/openapi.ts';

export const instanceRoutes = newRouter();

instanceRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/instances/{id}',
    operationId: 'getInstance',
    tags: ['Deployments'],
    summary: 'Read an instance with its launch spec, in which secrets read ***',
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: answer(InstanceDetail, 'The instance'), ...problems },
  }),
  async (c) => c.json(await getInstance(c.var.scope, c.req.valid('param').id), 200),
);
