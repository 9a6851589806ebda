import { Me } from '../../contract/access.ts';
import { answer, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { whoAmI } from '../tenancy/who-am-i.ts';

export const meRoutes = newUserRouter();

meRoutes.openapi(
  userRoute({
    method: 'get',
    path: '/me',
    operationId: 'getMe',
    'x-required-role': 'viewer',
    tags: ['Access'],
    summary: 'Who the caller is, in which organisation, with which role',
    responses: { 200: answer(Me, 'The caller'), ...problems },
  }),
  async (c) => c.json(await whoAmI(c.var.scope), 200),
);
