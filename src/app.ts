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
import { enrollmentTokenRoutes } from './api/enrollment-tokens.ts';
import { healthRoutes } from './api/health.ts';
import { hostIdentityRoutes } from './api/host-identity.ts';
import { hostRoutes } from './api/hosts.ts';
import { installRoutes } from './api/install.ts';
import { instanceRoutes } from './api/instances.ts';
import { invitationRoutes } from './api/invitations.ts';
import { meRoutes } from './api/me.ts';
import { memberRoutes } from './api/members.ts';
import { metaRoutes } from './api/meta.ts';
import { orgRoutes } from './api/orgs.ts';
import { peopleRoutes } from './api/people.ts';
import { previewRoutes } from './api/previews.ts';
import { secretRoutes } from './api/secrets.ts';
import { sessionRoutes } from './api/sessions.ts';
import { signInRoutes } from './api/sign-in.ts';
import { signInLinkRoutes } from './api/sign-in-links.ts';
import { tellWatchers } from './api/tell-watchers.ts';
import { tokenRoutes } from './api/tokens.ts';
import { watchRoutes } from './api/watch.ts';
import { openDatabase } from './db/client.ts';
import { authenticate } from './http/authenticate.ts';
import type { AppEnv } from './http/context.ts';
import { crossOrigin } from './http/cross-origin.ts';
import { describeRequest } from './http/describe-request.ts';
import { documentHandler } from './http/document/document.ts';
import { Replay, replayTwin } from './http/idempotency.ts';
import { knowProvider } from './http/know-provider.ts';
import { limitBody } from './http/limit-body.ts';
import { problemReply } from './http/problem.ts';
import { createRateLimits } from './http/rate-limits/rate-limits.ts';
import { secureAnswers } from './http/secure-answers.ts';
import { settingsForHosts, settingsOf } from './http/settings.ts';
import { takeWebSocketCredentials } from './http/web-socket.ts';

/** The control plane's HTTP face: what all requests share, then the routes. */
export function createApp() {
  const app = new OpenAPIHono<AppEnv>();
  const limits = createRateLimits();

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

  app.use('*', describeRequest);
  app.use('*', secureAnswers);
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

  app.route('/', healthRoutes);

  app.route('/', installRoutes);

  app.use('/api/*', async function bindDatabase(c, next) {
    const isForHosts = c.req.path.startsWith('/api/agent/');
    c.set('settings', isForHosts ? settingsForHosts(c.env) : settingsOf(c.env));
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
  app.use('/api/*', limitBody);
  app.use('/api/*', tellWatchers);
  app.use('/api/openapi.json', crossOrigin);
  app.use('/api/v1/*', crossOrigin);

  app.get('/api/openapi.json', documentHandler(app));
  app.route('/api/v1', metaRoutes);
  app.use('/api/agent/v1/enroll', limits.enrolments, limits.authentications('enrolment'));
  for (const path of ['sync', 'link', 'host', 'rotate', 'conflict']) {
    app.use(`/api/agent/v1/${path}`, limits.authentications('host'));
  }
  app.route('/api/agent/v1', agentRoutes);
  app.use('/api/auth/*', limits.signIns, knowProvider());
  for (const path of ['sign-in', 'callback']) {
    app.use(`/api/auth/${path}/oidc`, limits.providerCalls);
  }
  app.route('/api/auth', signInRoutes);

  app.use('/api/v1/watch', takeWebSocketCredentials);
  app.use('/api/v1/*', limits.authentications('user'), authenticate, limits.writes);
  app.use('/api/v1/me/password', limits.signIns);
  app.route('/api/v1', backendRoutes);
  app.route('/api/v1', backendVersionRoutes);
  app.route('/api/v1', backendRevisionRoutes);
  app.route('/api/v1', catalogueRoutes);
  app.route('/api/v1', previewRoutes);
  app.route('/api/v1', deploymentRoutes);
  app.route('/api/v1', deploymentChangeRoutes);
  app.route('/api/v1', instanceRoutes);
  app.route('/api/v1', hostRoutes);
  app.route('/api/v1', hostIdentityRoutes);
  app.route('/api/v1', enrollmentTokenRoutes);
  app.route('/api/v1', secretRoutes);
  app.route('/api/v1', orgRoutes);
  app.route('/api/v1', tokenRoutes);
  app.route('/api/v1', meRoutes);
  app.route('/api/v1', sessionRoutes);
  app.route('/api/v1', memberRoutes);
  app.route('/api/v1', invitationRoutes);
  app.route('/api/v1', signInLinkRoutes);
  app.route('/api/v1', peopleRoutes);
  app.route('/api/v1', auditRoutes);
  app.route('/api/v1', watchRoutes);
  return app;
}

function replayed({ status, body, headers }: Replay): Response {
  return new Response(body, {
    status,
    headers: { ...headers, 'content-type': 'application/json', 'idempotency-replayed': 'true' },
  });
}
