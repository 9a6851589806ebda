import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { protocolVersion } from '../../contract/agent-protocol.ts';
import { maxBodyBytes } from '../http/limit-body.ts';
import { answer, newRouter, problems } from '../http/openapi.ts';

const Meta = z
  .object({
    version: z.string(),
    agent_protocol: z.int(),
    limits: z.object({ body_bytes: z.int(), page: z.int(), replicas: z.int() }),
  })
  .meta({ id: 'Meta' });

export const metaRoutes = newRouter();

metaRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/meta',
    operationId: 'getMeta',
    tags: ['Meta'],
    summary: 'Version and limits of this control plane',
    responses: { 200: answer(Meta, 'Version and limits'), ...problems },
  }),
  (c) =>
    c.json(
      {
        version: c.env.VERSION ?? 'development',
        agent_protocol: protocolVersion,
        limits: { body_bytes: maxBodyBytes, page: 200, replicas: 1000 },
      },
      200,
    ),
);
