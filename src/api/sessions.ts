import * as z from 'zod';
import { pageOf } from '../../contract/common.ts';
import { PasswordInput, Session } from '../../contract/people.ts';
import { readBody } from '../http/body.ts';
import { callOf } from '../http/call.ts';
import { limitSignIn } from '../http/limit-sign-in.ts';
import { answer, bodyOf, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { leave } from '../tenancy/members/members.ts';
import { endSession, endSessions, listSessions } from '../tenancy/sessions/sessions.ts';
import { changePassword } from '../tenancy/sign-in/password.ts';
import { touch } from './tell-watchers.ts';

/** What people do with what is their own. */
export const sessionRoutes = newUserRouter();

const shared = { tags: ['Access'], 'x-required-role': 'viewer' as const };
const own = { ...shared, 'x-needs-organisation': false };
const params = z.object({ id: z.string().describe('The id of the session.') });

sessionRoutes.openapi(
  userRoute({
    ...own,
    method: 'get',
    path: '/me/sessions',
    operationId: 'listSessions',
    summary: "List the caller's own sessions, the newest first; a program has none",
    responses: {
      200: answer(
        pageOf(Session).meta({ id: 'SessionPage' }),
        'All of them, on one page: one more than 100 ends the oldest',
      ),
      ...problems,
    },
  }),
  async (c) => c.json({ items: await listSessions(c.var.scope), next_cursor: null }, 200),
);

sessionRoutes.openapi(
  userRoute({
    ...own,
    method: 'delete',
    path: '/me/sessions',
    operationId: 'endSessions',
    summary: 'Sign the caller out everywhere, here too',
    responses: { 204: { description: 'Signed out' }, ...problems },
  }),
  async (c) => {
    const { actor } = c.var.scope;
    await endSessions(c.var.scope);
    if (actor.kind === 'person') touch(c, { kind: 'person', id: actor.userId });
    return c.body(null, 204);
  },
);

sessionRoutes.openapi(
  userRoute({
    ...own,
    method: 'delete',
    path: '/me/sessions/{id}',
    operationId: 'endSession',
    summary: "End one of the caller's own sessions: from the next request on it is not let in",
    request: { params },
    responses: { 204: { description: 'Ended' }, ...problems },
  }),
  async (c) => {
    const { id } = c.req.valid('param');
    await endSession(c.var.scope, id);
    touch(c, { kind: 'session', id });
    return c.body(null, 204);
  },
);

sessionRoutes.openapi(
  userRoute({
    ...own,
    method: 'put',
    path: '/me/password',
    operationId: 'setPassword',
    summary: "Set the caller's password, and sign them out everywhere else",
    request: { body: bodyOf(sessionRoutes, 'PasswordInput', PasswordInput) },
    responses: { 204: { description: 'Set' }, ...problems },
  }),
  async (c) => {
    const input = await readBody(c, PasswordInput);
    const { scope } = c.var;
    // Who tries the current password guesses at it as who signs in with it does.
    const account = scope.actor.kind === 'person' ? scope.actor.email : null;
    await limitSignIn(c, account, () => changePassword(scope, input, callOf(c)));
    return c.body(null, 204);
  },
);

sessionRoutes.openapi(
  userRoute({
    ...shared,
    method: 'delete',
    path: '/me/membership',
    operationId: 'leaveOrg',
    summary: 'Leave the organisation that the request acts in',
    responses: { 204: { description: 'Left' }, ...problems },
  }),
  async (c) => {
    await leave(c.var.scope);
    return c.body(null, 204);
  },
);
