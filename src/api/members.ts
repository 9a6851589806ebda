import * as z from 'zod';
import { PageQuery, pageOf } from '../../contract/common.ts';
import { Member, MemberChange } from '../../contract/people.ts';
import { readBody } from '../http/body.ts';
import { answer, bodyOf, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { decodeCursor, toPage } from '../http/page.ts';
import { changeMember, listMembers, removeMember } from '../tenancy/members/members.ts';

export const memberRoutes = newUserRouter();

const tags = ['Access'];
const params = z.object({ user_id: z.string().describe('The id of the person.') });

memberRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/members',
    operationId: 'listMembers',
    'x-required-role': 'viewer',
    tags,
    summary: 'List the people of the organisation, and their roles',
    request: { query: PageQuery },
    responses: {
      200: answer(pageOf(Member).meta({ id: 'MemberPage' }), 'One page of members'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const rows = await listMembers(c.var.scope, decodeCursor(cursor), limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.user_id),
      200,
    );
  },
);

memberRoutes.openapi(
  userRoute({
    method: 'patch',
    path: '/members/{user_id}',
    operationId: 'changeMember',
    'x-required-role': 'admin',
    tags,
    summary: "Change a member's role; the last administrator stays one",
    request: { params, body: bodyOf(memberRoutes, 'MemberChange', MemberChange) },
    responses: { 200: answer(Member, 'The member'), ...problems },
  }),
  async (c) => {
    const { role } = await readBody(c, MemberChange);
    return c.json(await changeMember(c.var.scope, c.req.valid('param').user_id, role), 200);
  },
);

memberRoutes.openapi(
  userRoute({
    method: 'delete',
    path: '/members/{user_id}',
    operationId: 'removeMember',
    'x-required-role': 'admin',
    tags,
    summary: 'Take somebody out of the organisation; the last administrator stays',
    request: { params },
    responses: { 204: { description: 'Removed' }, ...problems },
  }),
  async (c) => {
    await removeMember(c.var.scope, c.req.valid('param').user_id);
    return c.body(null, 204);
  },
);
