import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { type Client, clientAt } from './client-at.ts';

export { type CallOptions, type Client, clientAt, type Reply, send } from './client-at.ts';

/** A caller in the organisation `orgId` of the shared stack. */
export function clientOf(orgId: string): Client {
  const { url, adminToken } = inject('stack');
  return clientAt(url, adminToken, orgId);
}

/** A new organisation for one test, so that tests can share a stack. */
export async function newOrg(platform = clientOf('org_default')): Promise<Client> {
  const name = `test-${randomBytes(6).toString('hex')}`;
  const { body } = await platform.call<{ id: string }>('POST', '/api/v1/orgs', { name });
  return {
    url: platform.url,
    orgId: body.id,
    call: (method, path, input, options = {}) =>
      platform.call(method, path, input, { org: body.id, ...options }),
  };
}
