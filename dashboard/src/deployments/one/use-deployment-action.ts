import { useQueryClient } from '@tanstack/react-query';
import type { Deployment } from '../../../../contract/deployment.ts';
import { ask } from '../../api/client.ts';
import { newKey } from '../../parts/new-key.ts';
import { deploymentPath, takeOver } from '../queries.ts';

/** What changes a deployment besides its form. Each throws what the API refuses. */
export function useDeploymentActions(name: string) {
  const queries = useQueryClient();
  const path = deploymentPath(name);

  async function post(action: string, body?: unknown, ifMatch?: string): Promise<Deployment> {
    const reply = await ask<Deployment>({
      method: 'POST',
      path: `${path}/${action}`,
      idempotencyKey: newKey(),
      ...(body === undefined ? {} : { body }),
      ...(ifMatch === undefined ? {} : { ifMatch }),
    });
    await takeOver(queries, reply);
    return reply.data;
  }

  return {
    restart: () => post('restart'),
    stop: () => post('stop'),
    start: () => post('start'),
    rollBack: (revision: number, newest: number) => post('rollback', { revision }, `"${newest}"`),

    async scale(replicas: number, ifMatch: string): Promise<void> {
      const body = { replicas };
      await takeOver(queries, await ask<Deployment>({ method: 'PATCH', path, body, ifMatch }));
    },

    /** True: it is gone already; else its containers are being stopped first. */
    async remove(force: boolean): Promise<boolean> {
      const query = force ? { force: true } : {};
      const reply = await ask<Deployment | ''>({ method: 'DELETE', path, query });
      if (reply.data === '') return true;
      await takeOver(queries, { ...reply, data: reply.data });
      return false;
    },
  };
}
