import type { MiddlewareHandler } from 'hono';
import type { AppContext, AppEnv } from '../http/context.ts';
import { hubOf } from '../hub/ring.ts';
import type { Touched } from '../hub/watchers.ts';

/**
 * After each successful change tells those who watch. What was changed the audit knows, without which no route changes
 * anything (see `callOf`): so no route can forget it. The caller does not wait, and a hub that is away fails no call.
 */
export const tellWatchers: MiddlewareHandler<AppEnv> = async (c, next) => {
  c.set('touched', []);
  await next();
  if (!c.res.ok) return;
  const byOrg = new Map<string, Touched[]>();
  for (const { orgId, kind, id } of c.var.touched) {
    byOrg.set(orgId, [...(byOrg.get(orgId) ?? []), { kind, id }]);
  }
  // What somebody does who is in no organisation concerns none.
  byOrg.delete('');
  for (const [orgId, touched] of byOrg) {
    c.executionCtx.waitUntil(hubOf(c.env, orgId, 0).tell(touched));
  }
};

/** For a change in the organisation of the request that has no line in the audit. */
export function touch(c: AppContext, { kind, id }: Touched): void {
  c.var.touched.push({ orgId: c.var.scope.orgId, kind, id });
}
