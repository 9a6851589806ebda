import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { protocolVersion } from '../../contract/agent-protocol.ts';
import { maxBodyBytes } from '../http/limit-body.ts';
import { answer, newRouter, problems } from '../http/openapi.ts';

const Meta = z
  .object({
    version: z.string().describe('The version of its build.'),
    agent_protocol: z.int().describe('The version of the host protocol that it speaks.'),
    limits: z
      .object({
        body_bytes: z.int().describe('How many bytes a body holds at most.'),
        page: z.int().describe('How many items a page has at most.'),
        replicas: z.int().describe('How many replicas a deployment has at most.'),
      })
      .describe('What it takes at most.'),
  })
  .meta({ id: 'Meta', description: 'What this control plane is.' });

export const metaRoutes = newRouter();

metaRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/meta',
    operationId: 'getMeta',
    tags: ['Meta'],
    security: [],
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
