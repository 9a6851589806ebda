import * as z from 'zod';
import { pageOf } from '../../contract/common.ts';
import { PeopleQuery, Person, PersonChange } from '../../contract/people.ts';
import { readBody } from '../http/body.ts';
import { answer, bodyOf, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { decodeCursor, toPage } from '../http/page.ts';
import { deletePerson, listPeople, lowerPerson } from '../tenancy/people/people.ts';

/** The people of all organisations. */
export const peopleRoutes = newUserRouter();

const shared = { tags: ['Access'], 'x-required-role': 'platform' as const };
const params = z.object({ user_id: z.string().describe('The id of the person.') });

peopleRoutes.openapi(
  userRoute({
    ...shared,
    method: 'get',
    path: '/people',
    operationId: 'listPeople',
    summary: 'List everybody who has an account on this control plane',
    request: { query: PeopleQuery },
    responses: {
      200: answer(pageOf(Person).meta({ id: 'PersonPage' }), 'One page of people'),
      ...problems,
    },
  }),
  async (c) => {
    const { limit, cursor, email } = c.req.valid('query');
    const filter = { email, after: decodeCursor(cursor) };
    const rows = await listPeople(c.var.scope, filter, limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.user_id),
      200,
    );
  },
);

peopleRoutes.openapi(
  userRoute({
    ...shared,
    method: 'patch',
    path: '/people/{user_id}',
    operationId: 'changePerson',
    summary: "Take the platform administrator's role from somebody; a sign-in link gives it",
    request: { params, body: bodyOf(peopleRoutes, 'PersonChange', PersonChange) },
    responses: { 200: answer(Person, 'The person'), ...problems },
  }),
  async (c) => {
    await readBody(c, PersonChange);
    return c.json(await lowerPerson(c.var.scope, c.req.valid('param').user_id), 200);
  },
);

peopleRoutes.openapi(
  userRoute({
    ...shared,
    method: 'delete',
    path: '/people/{user_id}',
    operationId: 'deletePerson',
    summary: 'Delete an account, with all its sessions, links and memberships',
    request: { params },
    responses: { 204: { description: 'Deleted' }, ...problems },
  }),
  async (c) => {
    await deletePerson(c.var.scope, c.req.valid('param').user_id);
    return c.body(null, 204);
  },
);
