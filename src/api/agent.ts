import { createRoute } from '@hono/zod-openapi';
import {
  EnrollReply,
  EnrollRequest,
  SyncReply,
  SyncRequest,
} from '../../contract/agent-protocol.ts';
import { Failure } from '../../contract/failure.ts';
import { sync } from '../deployments/sync.ts';
import { enroll } from '../hosts/enroll.ts';
import { selectHostBySecret } from '../hosts/store/hosts.ts';
import { bearerToken } from '../http/authenticate.ts';
import { readBody } from '../http/body.ts';
import { answer, bodyOf, newRouter, problems } from '../http/openapi.ts';
import { hubOf } from '../hub/ring.ts';
import { sha256 } from '../tenancy/hash.ts';
import { openVault } from '../tenancy/secrets/vault.ts';

/** What a host's agent calls: the host protocol, version 1. */
export const agentRoutes = newRouter();

const tags = ['Agent'];

agentRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/enroll',
    operationId: 'enrollHost',
    tags,
    security: [{ enrollmentToken: [] }],
    summary: 'Enrol a host, with an enrolment token as bearer',
    request: { body: bodyOf(agentRoutes, 'EnrollRequest', EnrollRequest) },
    responses: { 200: answer(EnrollReply, 'The host'), ...problems },
  }),
  async (c) => {
    const token = bearerToken(c);
    const request = await readBody(c, EnrollRequest, { machine: true });
    const enrolled = await enroll(c.var.database, token, request, Date.now());
    c.set('hostId', enrolled.host_id);
    return c.json(enrolled, 200);
  },
);

agentRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/sync',
    operationId: 'syncHost',
    tags,
    security: [{ hostSecret: [] }],
    summary: "Report what runs, and get what shall run, with the host's secret as bearer",
    request: { body: bodyOf(agentRoutes, 'SyncRequest', SyncRequest) },
    responses: { 200: answer(SyncReply, 'What shall run'), ...problems },
  }),
  async (c) => {
    const secret = bearerToken(c);
    const request = await readBody(c, SyncRequest, { machine: true });
    const { reply, host, changed, roomGrew } = await sync(
      c.var.database,
      secret,
      request,
      Date.now(),
      openVault(c.env.SECRETS_KEY),
    );
    c.set('hostId', host.id);
    // Also with a link: a bell that this host has answered must not ring again.
    c.executionCtx.waitUntil(
      hubOf(c.env, host.orgId, host.hub).seen(host.orgId, host.id, request.desired_revision),
    );
    if (changed.length > 0 || roomGrew) {
      const work = { deployments: changed, roomGrew };
      c.executionCtx.waitUntil(hubOf(c.env, host.orgId, 0).wake(host.orgId, work));
    }
    return c.json(reply, 200);
  },
);

agentRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/link',
    operationId: 'openLink',
    tags,
    security: [{ hostSecret: [] }],
    summary: "Open the host's link (WebSocket), with the host's secret as bearer",
    responses: { 101: { description: 'Switching protocols' }, ...problems },
  }),
  async (c) => {
    const secretHash = await sha256(bearerToken(c));
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') {
      throw new Failure('invalid_request', 'This path takes a WebSocket only.');
    }
    const [host] = await selectHostBySecret(c.var.database, secretHash);
    if (!host) throw new Failure('unauthorized', 'No host has this secret.');
    c.set('hostId', host.id);
    return hubOf(c.env, host.orgId, host.hub).fetch('https://hub/link', {
      headers: { upgrade: 'websocket', 'longshore-host': host.id, 'longshore-org': host.orgId },
    });
  },
);
