import { OpenAPIHono } from '@hono/zod-openapi';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { Failure } from '../contract/failure.ts';
import { agentRoutes } from './api/agent.ts';
import { auditRoutes } from './api/audit.ts';
import { backendRevisionRoutes } from './api/backend-revisions.ts';
import { backendVersionRoutes } from './api/backend-versions.ts';
import { backendRoutes } from './api/backends.ts';
import { catalogueRoutes } from './api/catalogue.ts';
import { deploymentChangeRoutes } from './api/deployment-changes.ts';
import { deploymentRoutes } from './api/deployments.ts';
import { hostRoutes } from './api/hosts.ts';
import { installRoutes } from './api/install.ts';
import { instanceRoutes } from './api/instances.ts';
import { meRoutes } from './api/me.ts';
import { metaRoutes } from './api/meta.ts';
import { orgRoutes } from './api/orgs.ts';
import { previewRoutes } from './api/previews.ts';
import { secretRoutes } from './api/secrets.ts';
import { tokenRoutes } from './api/tokens.ts';
import { openDatabase } from './db/client.ts';
import { newId } from './db/ids.ts';
import { newMeter, serverTiming } from './db/meter.ts';
import { checkEnv } from './env.ts';
import { authenticate } from './http/authenticate.ts';
import type { AppEnv } from './http/context.ts';
import { Replay, replayTwin } from './http/idempotency.ts';
import { problemReply } from './http/problem.ts';

/** The control plane's HTTP face: what all requests share, then the routes. */
export function createApp() {
  const app = new OpenAPIHono<AppEnv>();

  app.onError(async (error, c) => {
    if (!(error instanceof Replay)) {
      try {
        await replayTwin(c, error);
      } catch (replay) {
        if (!(replay instanceof Replay)) return problemReply(c, replay as Error); // only Errors are thrown
        return replayed(replay);
      }
      return problemReply(c, error);
    }
    return replayed(error);
  });
  app.notFound((c) => problemReply(c, new Failure('not_found', 'There is nothing at this path.')));

  app.use('*', async function describeRequest(c, next) {
    const startedAt = Date.now();
    c.set('requestId', newId('req'));
    c.set('meter', newMeter());
    await next();
    if (c.res.status === 101) return;
    c.res = new Response(c.res.body, c.res);
    c.res.headers.set('longshore-request-id', c.var.requestId);
    c.res.headers.set('cache-control', 'no-store');
    c.res.headers.set('x-content-type-options', 'nosniff');
    c.res.headers.set('server-timing', serverTiming(c.var.meter, c.res.status >= 400));
    logRequest(c.req.method, c.req.path, c.res.status, Date.now() - startedAt, c.var);
  });
  app.use(
    '*',
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const reply = problemReply(
          c,
          new Failure('method_not_allowed', `${c.req.method} is not possible here.`),
        );
        reply.headers.set('allow', methods.join(', '));
        return reply;
      },
    }),
  );

  app.get('/healthz', (c) => c.json({ status: 'ok' }));

  app.route('/', installRoutes);

  app.use('/api/*', async function bindDatabase(c, next) {
    checkEnv(c.env);
    c.set(
      'database',
      openDatabase({
        url: c.env.DATABASE_URL,
        ...(c.env.DATABASE_AUTH_TOKEN ? { authToken: c.env.DATABASE_AUTH_TOKEN } : {}),
        meter: c.var.meter,
      }),
    );
    await next();
  });

  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
  });
  app.get('/api/openapi.json', (c) => c.json(openapiDocument(app, c.env.VERSION)));
  app.route('/api/v1', metaRoutes);
  app.route('/api/agent/v1', agentRoutes);

  app.use('/api/v1/*', authenticate);
  app.route('/api/v1', backendRoutes);
  app.route('/api/v1', backendVersionRoutes);
  app.route('/api/v1', backendRevisionRoutes);
  app.route('/api/v1', catalogueRoutes);
  app.route('/api/v1', previewRoutes);
  app.route('/api/v1', deploymentRoutes);
  app.route('/api/v1', deploymentChangeRoutes);
  app.route('/api/v1', instanceRoutes);
  app.route('/api/v1', hostRoutes);
  app.route('/api/v1', secretRoutes);
  app.route('/api/v1', orgRoutes);
  app.route('/api/v1', tokenRoutes);
  app.route('/api/v1', meRoutes);
  app.route('/api/v1', auditRoutes);
  return app;
}

function openapiDocument(app: OpenAPIHono<AppEnv>, version = 'development') {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Longshore',
      version,
      description: 'A control plane for inference containers. Errors are problems (RFC 9457).',
    },
    security: [{ bearer: [] }],
  });
}

function replayed({ status, body }: Replay): Response {
  return new Response(body, {
    status,
    headers: { 'content-type': 'application/json', 'idempotency-replayed': 'true' },
  });
}

/** One line for each request, without bodies or tokens. */
function logRequest(
  method: string,
  path: string,
  status: number,
  milliseconds: number,
  { requestId, meter, scope }: Partial<AppEnv['Variables']>,
): void {
  console.log(
    JSON.stringify({
      level: 'info',
      message: 'request',
      request_id: requestId,
      org_id: scope?.orgId,
      actor: scope?.author,
      method,
      path,
      status,
      duration_ms: milliseconds,
      db_requests: meter?.requests,
      db_rows_read: meter?.rowsRead,
      db_rows_written: meter?.rowsWritten,
    }),
  );
}
