import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import type { AppEnv } from '../http/context.ts';
import { answer } from '../http/openapi.ts';

const Health = z
  .object({ status: z.literal('ok').describe('It answers.') })
  .meta({ id: 'Health', description: 'Whether the control plane answers.' });

/** For load balancers and probes: no database, no token, and any query parameters that they like. */
export const healthRoutes = new OpenAPIHono<AppEnv>();

healthRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/healthz',
    operationId: 'getHealth',
    tags: ['Meta'],
    security: [],
    summary: 'Whether the control plane answers; it asks no database',
    responses: { 200: answer(Health, 'It answers') },
  }),
  (c) => c.json({ status: 'ok' as const }, 200),
);
