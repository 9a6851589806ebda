import * as z from 'zod';
import { Host } from '../../contract/host.ts';
import { revokeHost } from '../deployments/revoke-host.ts';
import { askForNewSecret } from '../hosts/rotate-secret.ts';
import { unrevokeHost } from '../hosts/unrevoke.ts';
import { answer, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { hubOf, ringHosts } from '../hub/ring.ts';
import { wake } from './wake.ts';

/** Who a host is: its secret, and whether its word is taken. */
export const hostIdentityRoutes = newUserRouter();

const params = z.object({ id: z.string().describe('The id of the host.') });
const tags = ['Hosts'];

hostIdentityRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/hosts/{id}/rotate-secret',
    operationId: 'rotateHostSecret',
    'x-required-role': 'operator',
    tags,
    summary: 'Ask a host for a new secret; `rotation_asked_at` stays until it came',
    request: { params },
    responses: { 202: answer(Host, 'The host, which is asked', 'Location'), ...problems },
  }),
  async (c) => {
    const { id } = c.req.valid('param');
    const { host, bells } = await askForNewSecret(c.var.scope, id);
    c.executionCtx.waitUntil(ringHosts(c.env, bells));
    c.header('location', `/api/v1/hosts/${host.id}`);
    return c.json(host, 202);
  },
);

hostIdentityRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/hosts/{id}/revoke',
    operationId: 'revokeHost',
    'x-required-role': 'operator',
    tags,
    summary: "Take a host's word no more, from its next message on; its containers stay",
    request: { params },
    responses: { 200: answer(Host, 'The host'), ...problems },
  }),
  async (c) => {
    const { orgId } = c.var.scope;
    const { host, hub, deployments } = await revokeHost(c.var.scope, c.req.valid('param').id);
    // Waited for: its link is closed when the answer is there.
    await hubOf(c.env, orgId, hub).forget(orgId, host.id);
    wake(c, { deployments, roomGrew: false });
    return c.json(host, 200);
  },
);

hostIdentityRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/hosts/{id}/unrevoke',
    operationId: 'unrevokeHost',
    'x-required-role': 'operator',
    tags,
    summary: "Take a host's word again, with the secret that it has: for a mistake",
    request: { params },
    responses: { 200: answer(Host, 'The host'), ...problems },
  }),
  async (c) => c.json(await unrevokeHost(c.var.scope, c.req.valid('param').id), 200),
);
