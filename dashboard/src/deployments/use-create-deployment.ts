import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Deployment } from '../../../contract/deployment.ts';
import type { JsonObject } from '../../../contract/json.ts';
import { ask } from '../api/client.ts';
import { newKey } from '../parts/new-key.ts';
import { takeOver } from './queries.ts';

/** Deploys. The same again, after an answer that was lost, has its effect once. Throws what the API refuses. */
export function useCreateDeployment() {
  const queries = useQueryClient();
  const sent = useRef({ text: '', key: '' });
  return async function create(body: JsonObject): Promise<Deployment> {
    const text = JSON.stringify(body);
    if (sent.current.text !== text) sent.current = { text, key: newKey() };
    const reply = await ask<Deployment>({
      method: 'POST',
      path: '/v1/deployments',
      body,
      idempotencyKey: sent.current.key,
    });
    await takeOver(queries, reply);
    return reply.data;
  };
}
