import { expect } from 'vitest';
import { newOrg } from '../client.ts';
import { codeOf, invite, newPerson, newPlatformPerson, password } from '../person.ts';
import { added, canaryOf, type Deed, removed } from './deed.ts';

/** Deeds of people, and what is done with them. */
export const deedsOfPeople: Record<string, Deed> = {
  createInvitation: {
    kind: 'invitation',
    name: () => 'x@example.test',
    changes: { '/email': added('x@example.test'), '/role': added('viewer') },
  },
  revokeInvitation: {
    kind: 'invitation',
    name: ({ name }) => `${name}@example.test`,
    changes: { '/role': removed('viewer'), '/expires_at': removed(expect.any(String)) },
  },
  createSignInLink: {
    kind: 'sign_in_link',
    name: () => 'x@example.test',
    changes: { '/role': added('admin'), '/user_id': added(expect.stringMatching(/^usr_/)) },
    isOfPlatform: true,
  },
  changePerson: {
    async prepare() {
      const { userId } = await newPlatformPerson();
      return [['/people/{user_id}', userId]];
    },
    kind: 'person',
    name: () => expect.stringMatching(/^person-/),
    changes: { '/platform': [true, false] },
    twiceIsOnce: true,
    isOfPlatform: true,
  },
  deletePerson: {
    async prepare() {
      const { userId } = await newPerson(await newOrg(), 'admin');
      return [['/people/{user_id}', userId]];
    },
    kind: 'person',
    name: () => expect.stringMatching(/^person-/),
    changes: { '/name': removed('A Person'), '/platform': removed(false) },
    isOfPlatform: true,
  },
  redeemSignInLink: {
    async body({ client, people }) {
      const input = { email: people.admin.email };
      const { body } = await client.call<{ url: string }>('POST', '/api/v1/sign-in-links', input);
      return { code: codeOf(body.url) };
    },
    person: ({ people }) => people.admin,
    kind: 'session',
    name: ({ people }) => people.admin.email,
    changes: { '/expires_at': added(expect.any(String)) },
  },
  signInByPassword: {
    body: ({ people }) => ({ email: people.operator.email, password }),
    person: ({ people }) => people.operator,
    kind: 'session',
    name: ({ people }) => people.operator.email,
    changes: { '/expires_at': added(expect.any(String)) },
  },
  setPassword: {
    body: (team) => ({ current_password: password, new_password: canaryOf(team) }),
    person: ({ people }) => people.admin,
    kind: 'person',
    name: ({ people }) => people.admin.email,
    changes: { '/password_set_at': [expect.any(String), expect.any(String)] },
  },
  leaveOrg: {
    person: ({ people }) => people.operator,
    kind: 'member',
    name: ({ people }) => people.operator.email,
    changes: { '/role': removed('operator'), '/name': removed('A Person') },
  },
  acceptInvitation: {
    body: async ({ client, people }) => ({
      code: codeOf((await invite(client, people.operator.email, 'viewer')).url),
    }),
    person: ({ people }) => people.operator,
    kind: 'member',
    name: ({ people }) => people.operator.email,
    changes: { '/role': added('viewer'), '/name': added('A Person') },
  },
  changeMember: {
    kind: 'member',
    name: ({ people }) => people.viewer.email,
    changes: { '/role': ['viewer', 'operator'] },
    twiceIsOnce: true,
  },
  removeMember: {
    kind: 'member',
    name: ({ people }) => people.viewer.email,
    changes: { '/role': removed('operator') },
  },
};
