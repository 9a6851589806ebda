import type { Org, OrgChange, OrgInput } from '../../../../contract/org.ts';
import { ask } from '../../api/client.ts';
import { newKey } from '../../parts/new-key.ts';
import { useForget } from '../queries.ts';

/** What can be done with organisations. Each throws what the API refuses. */
export function useOrgActions() {
  const forget = useForget();
  return {
    async create(body: OrgInput): Promise<void> {
      await ask<Org>({ method: 'POST', path: '/v1/orgs', body, idempotencyKey: newKey() });
      await forget('orgs');
    },

    async change(id: string, body: OrgChange): Promise<void> {
      await ask<Org>({ method: 'PATCH', path: `/v1/orgs/${id}`, body });
      // Its name stands in the head of the page too.
      await forget('orgs', 'me');
    },

    /** By force it gives up what runs. What takes longer goes on by itself. */
    async remove({ id, name }: Org, force: boolean): Promise<void> {
      const query = { confirm: name, ...(force ? { force: true } : {}) };
      await ask({ method: 'DELETE', path: `/v1/orgs/${id}`, query });
    },
  };
}
