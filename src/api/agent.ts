import { createRoute } from '@hono/zod-openapi';
import {
  ConflictNotice,
  EnrollReply,
  EnrollRequest,
  OwnHost,
  RotateRequest,
  SyncReply,
  SyncRequest,
} from '../../contract/agent-protocol.ts';
import { Failure } from '../../contract/failure.ts';
import { sync } from '../deployments/sync.ts';
import { enroll } from '../hosts/enroll.ts';
import { readBearer, toOwnHost } from '../hosts/own-host.ts';
import { noteRival } from '../hosts/rivals.ts';
import { takeNewSecret } from '../hosts/rotate-secret.ts';
import { bearerToken } from '../http/authenticate.ts';
import { readBody } from '../http/body.ts';
import { callOf } from '../http/call.ts';
import { clientAddress } from '../http/client-address.ts';
import { problemsOf } from '../http/document/errors.ts';
import { rateLimitHeaders } from '../http/document/headers.ts';
import { answer, machineBodyOf, newRouter } from '../http/openapi.ts';
import { isUpgrade } from '../http/web-socket.ts';
import { hubOf } from '../hub/ring.ts';
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
    request: { body: machineBodyOf(agentRoutes, 'EnrollRequest', EnrollRequest) },
    responses: {
      200: answer(EnrollReply, 'The host', ...rateLimitHeaders),
      ...problemsOf({ also: ['host_revoked'] }),
    },
  }),
  async (c) => {
    const token = bearerToken(c);
    const request = await readBody(c, EnrollRequest, { machine: true });
    const enrolled = await enroll(c.var.database, token, request, Date.now(), callOf(c));
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
    request: { body: machineBodyOf(agentRoutes, 'SyncRequest', SyncRequest) },
    responses: {
      200: answer(SyncReply, 'What shall run'),
      ...problemsOf({ also: ['host_revoked', 'host_removed'] }),
    },
  }),
  async (c) => {
    const secret = bearerToken(c);
    const request = await readBody(c, SyncRequest, { machine: true });
    const { reply, host, changed, roomGrew, touched } = await sync(
      c.var.database,
      secret,
      request,
      Date.now(),
      openVault(c.env.SECRETS_KEY),
      clientAddress(c),
    );
    c.set('hostId', host.id);
    // Also with a link: a bell that this host has answered must not ring again.
    c.executionCtx.waitUntil(
      hubOf(c.env, host.orgId, host.hub).seen(
        host.orgId,
        host.id,
        request.desired_revision,
        host.hub === 0 ? touched : [],
      ),
    );
    if (touched.length > 0 && host.hub !== 0) {
      c.executionCtx.waitUntil(hubOf(c.env, host.orgId, 0).tell(touched));
    }
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
    path: '/host',
    operationId: 'getOwnHost',
    tags,
    security: [{ hostSecret: [] }],
    summary: "Read which host the bearer is, with the host's secret as bearer",
    responses: {
      200: answer(OwnHost, 'The host'),
      ...problemsOf({ also: ['host_revoked', 'host_removed'] }),
    },
  }),
  async (c) => {
    const host = await readBearer(c.var.database, bearerToken(c), clientAddress(c), Date.now());
    return c.json(toOwnHost(host), 200);
  },
);

agentRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/rotate',
    operationId: 'rotateSecret',
    tags,
    security: [{ hostSecret: [] }],
    summary: "Give the host the new secret that it is asked for, with the host's secret as bearer",
    request: { body: machineBodyOf(agentRoutes, 'RotateRequest', RotateRequest) },
    responses: {
      200: answer(OwnHost, 'The host, whose secret is the new one'),
      ...problemsOf({ also: ['host_revoked', 'host_removed', 'rotation_not_asked'] }),
    },
  }),
  async (c) => {
    const secret = bearerToken(c);
    const { next_secret } = await readBody(c, RotateRequest, { machine: true });
    const { database } = c.var;
    const { host, replaced } = await takeNewSecret(
      database,
      secret,
      next_secret,
      callOf(c),
      Date.now(),
    );
    // Whoever opened it with the old secret.
    if (replaced) {
      c.executionCtx.waitUntil(hubOf(c.env, host.orgId, host.hub).hangUp(host.orgId, host.id));
    }
    return c.json(toOwnHost(host), 200);
  },
);

agentRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/conflict',
    operationId: 'tellConflict',
    tags,
    security: [{ hostSecret: [] }],
    summary: "Say that another process took this one's place, with the host's secret as bearer",
    request: { body: machineBodyOf(agentRoutes, 'ConflictNotice', ConflictNotice) },
    responses: {
      200: answer(OwnHost, 'The host, which shows it'),
      ...problemsOf({ also: ['host_revoked', 'host_removed'] }),
    },
  }),
  async (c) => {
    const secret = bearerToken(c);
    const notice = await readBody(c, ConflictNotice, { machine: true });
    return c.json(
      await noteRival(c.var.database, secret, notice, clientAddress(c), Date.now()),
      200,
    );
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
    responses: {
      101: { description: 'Switching protocols' },
      ...problemsOf({ also: ['host_revoked', 'host_removed'] }),
    },
  }),
  async (c) => {
    const secret = bearerToken(c);
    if (!isUpgrade(c)) {
      throw new Failure('invalid_request', 'This path takes a WebSocket only.');
    }
    const host = await readBearer(c.var.database, secret, clientAddress(c), Date.now());
    c.set('hostId', host.id);
    return hubOf(c.env, host.orgId, host.hub).fetch('https://hub/link', {
      headers: { upgrade: 'websocket', 'longshore-host': host.id, 'longshore-org': host.orgId },
    });
  },
);
