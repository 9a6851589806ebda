import { expect } from 'vitest';
import type { AuditedKind } from '../../contract/audit.ts';
import type { Team, Things } from './access/team.ts';
import { definition } from './definitions.ts';
import { enrolmentToken, newSecret } from './fake-agent.ts';
import { sql } from './sql.ts';

/** How an operation is called so that it changes something, and what the audit must say of it. */
export interface Deed {
  /** Makes what the deed needs; gives what paths shall name instead of the team's own things. */
  prepare?: (team: Team) => Promise<Things | undefined>;
  /** Instead of the body that the access table has. */
  body?: (team: Team) => unknown;
  /** What is changed; without a name what the path names. */
  kind: AuditedKind;
  name?: (team: Team) => string;
  /** Fields that must be among the differences: JSON Pointers with what they were and what they are. */
  changes: Record<string, [before: unknown, after: unknown]>;
  /** Asked for again it changes nothing, and is not told. */
  twiceIsOnce?: true;
}

const added = (value: unknown): [unknown, unknown] => [null, value];
const removed = (value: unknown): [unknown, unknown] => [value, null];
const canaryOf = ({ name }: Team) => `${name}-canary-value`;
const version = (image: string) => ({ image_name: image, custom_framework: 'cpu' });

async function put(team: Team, path: string, body: unknown): Promise<void> {
  const { status, body: problem } = await team.client.call('PUT', `/api/v1${path}`, body);
  if (status >= 300) throw new Error(JSON.stringify(problem));
}

async function patch(team: Team, path: string, body: unknown): Promise<void> {
  const headers = { 'if-match': '*' };
  const reply = await team.client.call('PATCH', `/api/v1${path}`, body, { headers });
  if (reply.status >= 300) throw new Error(JSON.stringify(reply.body));
}

const community: Things = [
  ['/catalog/{backend_name}', 'LMDeploy'],
  ['/backends/{backend_name}', 'LMDeploy'],
];

/** Every operation that changes something, by its id, in an order in which each finds what it needs. */
export const deeds: Record<string, Deed> = {
  createOrg: {
    kind: 'org',
    name: ({ name }) => `${name}-2`,
    changes: { '/name': added(expect.stringContaining('canary')) },
  },
  releaseReplacement: {
    async prepare({ orgId }) {
      await sql('UPDATE orgs SET replacement_held_at = 1000 WHERE id = ?', [orgId]);
      return undefined;
    },
    kind: 'org',
    name: () => expect.stringContaining('test-'),
    changes: { '/replacement_held_at': ['1970-01-01T00:00:01.000Z', null] },
    twiceIsOnce: true,
  },

  createToken: {
    kind: 'token',
    name: ({ name }) => name,
    changes: { '/role': added('viewer'), '/expires_at': added(null) },
  },
  revokeToken: {
    kind: 'token',
    name: ({ name }) => name,
    changes: { '/revoked_at': [null, expect.any(String)] },
    twiceIsOnce: true,
  },

  createBackend: {
    body: ({ name }) => definition({ backend_name: `${name}-new` }),
    kind: 'backend',
    name: ({ name }) => `${name}-new`,
    changes: { '/revision': added(1), '/default_run_command': added('serve --port {{port}}') },
  },
  replaceBackend: {
    body: ({ backend }) => definition({ backend_name: backend, description: 'replaced' }),
    kind: 'backend',
    changes: { '/revision': [1, 2], '/description': added('replaced') },
    twiceIsOnce: true,
  },
  patchBackend: {
    kind: 'backend',
    changes: { '/revision': [2, 3], '/description': ['replaced', 'x'] },
    twiceIsOnce: true,
  },
  putBackendVersion: {
    kind: 'backend',
    name: ({ backend }) => backend,
    changes: { '/version_configs/1.0/image_name': ['engine:1.0', 'engine:2.0'] },
    twiceIsOnce: true,
  },
  deleteBackendVersion: {
    async prepare(team) {
      await put(team, `/backends/${team.backend}/versions/3.0`, version('engine:3.0'));
      return [['/versions/{version}', '3.0']];
    },
    kind: 'backend',
    name: ({ backend }) => backend,
    changes: { '/version_configs/3.0': removed(version('engine:3.0')) },
  },
  restoreBackendRevision: {
    kind: 'backend',
    name: ({ backend }) => backend,
    changes: { '/version_configs/1.0/image_name': ['engine:2.0', 'engine:1.0'] },
    twiceIsOnce: true,
  },
  enableBackend: {
    prepare: async () => community,
    kind: 'backend',
    name: () => 'LMDeploy',
    changes: { '/revision': added(1), '/backend_name': added('LMDeploy') },
  },
  updateBackendFromCatalogue: {
    async prepare(team) {
      await patch(team, '/backends/LMDeploy', { description: 'ours' });
      return community;
    },
    kind: 'backend',
    name: () => 'LMDeploy',
    changes: { '/revision': [2, 3], '/description': ['ours', expect.any(String)] },
    twiceIsOnce: true,
  },
  deleteBackend: {
    prepare: async ({ name }) => [['/backends/{backend_name}', `${name}-new`]],
    kind: 'backend',
    name: ({ name }) => `${name}-new`,
    changes: { '/backend_name': removed(expect.any(String)), '/revision': removed(1) },
  },

  createDeployment: {
    body: ({ name, backend }) => ({ name: `${name}-new`, backend_name: backend, replicas: 2 }),
    kind: 'deployment',
    name: ({ name }) => `${name}-new`,
    changes: { '/revision': added(1), '/replicas': added(2), '/stopped': added(false) },
  },
  replaceDeployment: {
    body: ({ deployment, backend }) => ({ name: deployment, backend_name: backend, replicas: 3 }),
    kind: 'deployment',
    changes: { '/revision': [1, 2], '/replicas': [1, 3] },
    twiceIsOnce: true,
  },
  patchDeployment: {
    kind: 'deployment',
    changes: { '/revision': [2, 3], '/replicas': [3, 2] },
    twiceIsOnce: true,
  },
  stopDeployment: {
    kind: 'deployment',
    changes: { '/stopped': [false, true] },
    twiceIsOnce: true,
  },
  startDeployment: {
    kind: 'deployment',
    changes: { '/stopped': [true, false] },
    twiceIsOnce: true,
  },
  restartDeployment: { kind: 'deployment', changes: { '/revision': [3, 4] } },
  rollBackDeployment: {
    kind: 'deployment',
    changes: { '/revision': [4, 5], '/replicas': [2, 1] },
    twiceIsOnce: true,
  },
  deleteDeployment: {
    prepare: async ({ name }) => [['/deployments/{name}', `${name}-new`]],
    kind: 'deployment',
    name: ({ name }) => `${name}-new`,
    changes: { '/revision': removed(1), '/replicas': removed(2) },
  },

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

  setSecret: {
    body: (team) => ({ value: canaryOf(team) }),
    kind: 'secret',
    changes: { '/revision': [1, 2] },
  },
  deleteSecret: {
    async prepare(team) {
      await put(team, `/secrets/${team.name}-unused`, { value: canaryOf(team) });
      return [['/secrets/{name}', `${team.name}-unused`]];
    },
    kind: 'secret',
    name: ({ name }) => `${name}-unused`,
    changes: { '/revision': removed(1) },
  },
  setRegistry: {
    kind: 'registry',
    changes: { '/username': [expect.stringContaining('-user'), 'u'] },
    twiceIsOnce: true,
  },
  createInvitation: {
    kind: 'invitation',
    name: () => 'x@example.test',
    changes: { '/role': added('viewer'), '/expires_at': added(expect.any(String)) },
  },
  revokeInvitation: {
    kind: 'invitation',
    name: ({ name }) => `${name}@example.test`,
    changes: { '/role': removed('viewer') },
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
  createSignInLink: {
    kind: 'sign_in_link',
    name: () => 'x@example.test',
    changes: { '/expires_at': added(expect.any(String)), '/role': added('admin') },
  },
  deleteRegistry: { kind: 'registry', changes: { '/username': removed('u') } },
};

/** Operations that are no GET and are not told, and why. */
export const untold: Record<string, string> = {
  previewDeployment: 'it writes nothing',
  signInByPassword: 'it changes nothing that others see',
  startOidcSignIn: 'it writes nothing',
  redeemSignInLink: 'that the link was made is told',
  signOut: 'it changes nothing that others see',
  endSession: 'it changes nothing that others see',
  endSessions: 'it changes nothing that others see',
  setPassword: 'it changes nothing that others see',
  acceptInvitation: 'only a person can: members.test.ts shows that it is told',
  leaveOrg: 'only a person can: members.test.ts shows that it is told',
  syncHost: 'it is what a host reports, nobody decides it; its timeline tells it',
};

/** What deeds were given that must stand in no line. */
export function canariesOf(team: Team): string[] {
  const own = [canaryOf(team), `${team.name}-value`, team.hostSecret, team.enrolmentToken];
  return [...own, ...Object.values(team.tokens)];
}
