import * as z from 'zod';
import { Failure } from '../../contract/failure.ts';
import { WatchMessage } from '../../contract/watch.ts';
import { watchProtocol } from '../../contract/watch-link.ts';
import { problemsOf } from '../http/document/errors.ts';
import { messages, newUserRouter, userRoute } from '../http/openapi.ts';
import { TooManyRequests } from '../http/rate-limits/too-many-requests.ts';
import { isUpgrade } from '../http/web-socket.ts';
import { hubOf } from '../hub/ring.ts';
import { type Admission, keyOf, mostWatchers } from '../hub/watchers.ts';
import type { Actor } from '../tenancy/actor.ts';

export const watchRoutes = newUserRouter();

/** Somebody who watches is let in anew after so long, and at most half as long again: not all at once. */
const renewMs = 15 * 60_000;

watchRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/watch',
    operationId: 'watchOrg',
    'x-required-role': 'viewer',
    tags: ['Organisations'],
    summary: 'Be told which things of the organisation change (WebSocket)',
    description: `Offer the subprotocol \`${watchProtocol}\`. Browsers, which set no headers on a WebSocket, say a token by a second one: \`longshore.token.\` and the token in base64url without padding. Say \`ping\` now and then; \`pong\` answers. It ends with the code 4100 within half an hour, or when what let you in was changed: dial anew. After a gap read what you show once: nothing is told twice.`,
    request: {
      query: z.strictObject({
        org: z
          .string()
          .optional()
          .describe('As the header `longshore-org`, for browsers, which cannot set it here.'),
      }),
    },
    responses: {
      101: messages(WatchMessage, 'Switching protocols. Each message is such a document.'),
      ...problemsOf({ also: ['too_many_requests'] }),
    },
  }),
  async (c) => {
    if (!isUpgrade(c)) {
      throw new Failure('invalid_request', 'This path takes a WebSocket only.');
    }
    const { orgId, actor, now } = c.var.scope;
    const offered = c.req.header('sec-websocket-protocol')?.split(/ *, */) ?? [];
    const reply = await hubOf(c.env, orgId, 0).fetch('https://hub/watch', {
      headers: {
        upgrade: 'websocket',
        'longshore-org': orgId,
        'longshore-admission': JSON.stringify(admissionOf(actor, now)),
        ...(offered.includes(watchProtocol) ? { 'sec-websocket-protocol': watchProtocol } : {}),
      },
    });
    if (reply.status === 429) throw tooManyWatch(now);
    return reply;
  },
);

function admissionOf(actor: Actor, now: number): Admission {
  const renewAt = now + renewMs + Math.random() * (renewMs / 2);
  switch (actor.kind) {
    case 'platform_administrator':
      return { until: renewAt, renewOn: [] };
    case 'token':
      return {
        until: Math.min(renewAt, actor.expiresAt ?? renewAt),
        renewOn: [keyOf({ kind: 'token', id: actor.tokenId })],
      };
    case 'person':
      return {
        until: Math.min(renewAt, actor.expiresAt),
        renewOn: [
          keyOf({ kind: 'session', id: actor.sessionId }),
          keyOf({ kind: 'member', id: actor.userId }),
          keyOf({ kind: 'person', id: actor.userId }),
        ],
      };
  }
}

function tooManyWatch(now: number): TooManyRequests {
  const windowSeconds = 60;
  const policy = { name: 'watchers', quota: mostWatchers, windowSeconds };
  return new TooManyRequests(
    `As many watch this organisation as may at once, ${mostWatchers}.`,
    policy,
    {
      admitted: false,
      bucket: { units: 0, at: now },
      remaining: 0,
      retryAfterSeconds: windowSeconds,
      resetSeconds: windowSeconds,
    },
  );
}
