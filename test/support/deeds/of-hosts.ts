import { expect } from 'vitest';
import { enrolmentToken, newSecret } from '../fake-agent.ts';
import { added, type Deed, removed } from './deed.ts';

/** Deeds of hosts, and what is done with them. */
export const deedsOfHosts: Record<string, Deed> = {
  enrollHost: { kind: 'host', name: () => 'x', changes: { '/name': added('x') } },
  changeHost: {
    kind: 'host',
    name: () => 'fake',
    changes: { '/name': ['fake', 'renamed'] },
    twiceIsOnce: true,
  },
  cordonHost: {
    kind: 'host',
    name: () => 'renamed',
    changes: { '/schedulable': [true, false] },
    twiceIsOnce: true,
  },
  uncordonHost: {
    kind: 'host',
    name: () => 'renamed',
    changes: { '/schedulable': [false, true] },
    twiceIsOnce: true,
  },
  drainHost: {
    kind: 'host',
    name: () => 'renamed',
    changes: { '/schedulable': [true, false], '/draining': [false, true] },
    twiceIsOnce: true,
  },
  rotateHostSecret: {
    kind: 'host',
    name: () => 'renamed',
    changes: { '/rotation_asked_at': added(expect.any(String)) },
    twiceIsOnce: true,
  },
  rotateSecret: {
    kind: 'host',
    name: () => 'renamed',
    changes: { '/secret_changed_at': added(expect.any(String)) },
    body: () => ({ next_secret: newSecret() }),
    twiceIsOnce: true,
  },
  revokeHost: {
    kind: 'host',
    name: () => 'renamed',
    changes: { '/revoked_at': added(expect.any(String)) },
    twiceIsOnce: true,
  },
  unrevokeHost: {
    kind: 'host',
    name: () => 'renamed',
    changes: { '/revoked_at': removed(expect.any(String)) },
    twiceIsOnce: true,
  },
  deleteHost: {
    async prepare({ client }) {
      // It was never heard, so that nothing is placed on it.
      const { status, body } = await client.call<{ host_id: string }>(
        'POST',
        '/api/agent/v1/enroll',
        { install_id: 'never-heard-of-it', secret: newSecret(), name: 'unheard' },
        { token: await enrolmentToken(client) },
      );
      if (status >= 300) throw new Error(JSON.stringify(body));
      return [['/hosts/{id}', body.host_id]];
    },
    kind: 'host',
    name: () => 'unheard',
    changes: { '/name': removed('unheard'), '/schedulable': removed(true) },
  },
  createEnrollmentToken: {
    kind: 'enrollment_token',
    name: () => expect.stringMatching(/^ent_/),
    changes: { '/uses': added(1), '/expires_at': added(expect.any(String)) },
  },
  deleteEnrollmentToken: {
    kind: 'enrollment_token',
    changes: { '/uses': removed(1), '/expires_at': removed(expect.any(String)) },
  },
};
