import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { newId } from '../db/ids.ts';
import { newMeter, serverTiming } from '../db/meter.ts';
import { clientAddress } from './client-address.ts';
import type { AppContext, AppEnv } from './context.ts';
import { maskCredentials } from './mask.ts';
import { partyOf } from './rate-limits/address.ts';

const longestPath = 256;

/**
 * Gives each request its id, answers with what it cost, and writes its one line into the log. The id is ours alone: one
 * that a caller sends could be somebody else's, so it is logged as `client_request_id` and names nothing.
 */
export const describeRequest: MiddlewareHandler<AppEnv> = async (c, next) => {
  const startedAt = Date.now();
  c.set('requestId', newId('req'));
  c.set('meter', newMeter());
  c.set('client', partyOf(clientAddress(c)));
  await next();
  if (c.res.status !== 101) {
    c.res.headers.set('longshore-request-id', c.var.requestId);
    c.res.headers.set('server-timing', serverTiming(c.var.meter, c.res.status >= 400));
  }
  console.log(JSON.stringify(lineOf(c, Date.now() - startedAt)));
};

/** All that is known of a request, without its body, its query and its headers. */
function lineOf(c: AppContext, durationMs: number): Record<string, unknown> {
  const {
    requestId,
    meter,
    scope,
    client,
    hostId,
    problemCode,
    quotas,
  }: Partial<AppEnv['Variables']> = c.var;
  return {
    level: 'info',
    message: 'request',
    request_id: requestId,
    client_request_id: saneId(c.req.header('x-request-id')),
    client,
    org_id: scope?.orgId,
    author: scope?.author,
    host_id: hostId,
    method: c.req.method,
    route: routeOf(c),
    path: maskCredentials(c.req.path.slice(0, longestPath)),
    status: c.res.status,
    code: problemCode,
    quotas: quotas?.join(' '),
    limited: problemCode === 'too_many_requests' ? quotas?.at(-1) : undefined,
    duration_ms: durationMs,
    db_requests: meter?.requests,
    db_rows_read: meter?.rowsRead,
    db_rows_written: meter?.rowsWritten,
  };
}

/** The path with its parameters' names instead of their values, such as `/api/v1/hosts/:id`; undefined without a route. */
function routeOf(c: AppContext): string | undefined {
  return matchedRoutes(c)
    .map(({ path }) => path)
    .findLast((path) => !path.includes('*'));
}

function saneId(given: string | undefined): string | undefined {
  return given !== undefined && /^[A-Za-z0-9_.:-]{1,128}$/.test(given)
    ? maskCredentials(given)
    : undefined;
}
