import * as z from 'zod';
import { PageQuery, pageOf } from '../../contract/common.ts';
import { Invitation, InvitationInput, NewInvitation } from '../../contract/people.ts';
import { readBody } from '../http/body.ts';
import { answer, bodyOf, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { originOf } from '../http/origin.ts';
import { decodeCursor, toPage } from '../http/page.ts';
import { invite, listInvitations, revokeInvitation } from '../tenancy/invitations/invitations.ts';

export const invitationRoutes = newUserRouter();

const shared = { tags: ['Access'], 'x-required-role': 'admin' as const };
const params = z.object({ id: z.string().describe('The id of the invitation.') });

invitationRoutes.openapi(
  userRoute({
    ...shared,
    method: 'get',
    path: '/invitations',
    operationId: 'listInvitations',
    summary: 'List the invitations that nobody has accepted yet',
    request: { query: PageQuery },
    responses: {
      200: answer(pageOf(Invitation).meta({ id: 'InvitationPage' }), 'One page of invitations'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const rows = await listInvitations(c.var.scope, decodeCursor(cursor), limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.id),
      200,
    );
  },
);

invitationRoutes.openapi(
  userRoute({
    ...shared,
    method: 'post',
    path: '/invitations',
    operationId: 'createInvitation',
    summary: 'Invite somebody: the answer has a link, which is shown once; no mail is sent',
    request: { body: bodyOf(invitationRoutes, 'InvitationInput', InvitationInput) },
    responses: { 201: answer(NewInvitation, 'The invitation'), ...problems },
  }),
  async (c) => {
    // No idempotency: its answer holds a secret, which is not kept.
    const input = await readBody(c, InvitationInput);
    return c.json(await invite(c.var.scope, input, originOf(c)), 201);
  },
);

invitationRoutes.openapi(
  userRoute({
    ...shared,
    method: 'delete',
    path: '/invitations/{id}',
    operationId: 'revokeInvitation',
    summary: 'Take an invitation back: its link is good for nothing any more',
    request: { params },
    responses: { 204: { description: 'Revoked' }, ...problems },
  }),
  async (c) => {
    await revokeInvitation(c.var.scope, c.req.valid('param').id);
    return c.body(null, 204);
  },
);
