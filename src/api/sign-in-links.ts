import { NewSignInLink, SignInLinkInput } from '../../contract/people.ts';
import { readBody } from '../http/body.ts';
import { answer, bodyOf, newUserRouter, problems, userRoute } from '../http/openapi.ts';
import { originOf } from '../http/origin.ts';
import { createSignInLink } from '../tenancy/sign-in/link.ts';

export const signInLinkRoutes = newUserRouter();

signInLinkRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/sign-in-links',
    operationId: 'createSignInLink',
    'x-required-role': 'platform',
    tags: ['Access'],
    summary: 'Make a link that signs a person in, once and within five minutes or as long as said',
    request: { body: bodyOf(signInLinkRoutes, 'SignInLinkInput', SignInLinkInput) },
    responses: { 201: answer(NewSignInLink, 'The link'), ...problems },
  }),
  async (c) => {
    // No idempotency: its answer holds a secret, which is not kept.
    const input = await readBody(c, SignInLinkInput);
    return c.json(await createSignInLink(c.var.scope, input, originOf(c)), 201);
  },
);
