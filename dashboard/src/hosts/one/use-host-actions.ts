import { useQueryClient } from '@tanstack/react-query';
import type { Host, HostChange } from '../../../../contract/host.ts';
import { ask } from '../../api/client.ts';
import { newKey } from '../../parts/new-key.ts';
import { hostKeys, hostPath, takeOver } from '../queries.ts';

/** What people can do with a host. Each throws what the API refuses. */
export function useHostActions(id: string) {
  const queries = useQueryClient();
  const path = hostPath(id);

  async function post(action: string): Promise<void> {
    const { data } = await ask<Host>({
      method: 'POST',
      path: `${path}/${action}`,
      idempotencyKey: newKey(),
    });
    await takeOver(queries, data);
  }

  return {
    cordon: () => post('cordon'),
    uncordon: () => post('uncordon'),
    drain: () => post('drain'),
    rotateSecret: () => post('rotate-secret'),
    revoke: () => post('revoke'),
    unrevoke: () => post('unrevoke'),

    async change(body: HostChange): Promise<void> {
      await takeOver(queries, (await ask<Host>({ method: 'PATCH', path, body })).data);
    },

    /** By force it gives up what the host holds. */
    async remove(force: boolean): Promise<void> {
      await ask({ method: 'DELETE', path, query: force ? { force: true } : {} });
      await queries.invalidateQueries({ queryKey: hostKeys.list });
    },
  };
}
