import { expect } from 'vitest';
import type { Team, Things } from '../access/team.ts';
import { definition } from '../definitions.ts';
import { password } from '../person.ts';
import { sql } from '../sql.ts';
import { added, canaryOf, type Deed, removed } from './deed.ts';
import { deedsOfHosts } from './of-hosts.ts';
import { deedsOfPeople } from './of-people.ts';

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
  deleteOrg: {
    async prepare({ name }) {
      const [org] = await sql('SELECT id FROM orgs WHERE name = ?', [`${name}-2`]);
      return [['/orgs/{id}', String(org?.id)]];
    },
    query: ({ name }) => `?confirm=${name}-2`,
    kind: 'org',
    name: ({ name }) => `${name}-2`,
    changes: { '/name': removed(expect.stringContaining('canary')) },
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

  changeOrg: {
    kind: 'org',
    name: () => expect.stringContaining('test-'),
    changes: { '/name': [expect.stringContaining('test-'), expect.stringContaining('canary')] },
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

  ...deedsOfHosts,

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
  deleteRegistry: { kind: 'registry', changes: { '/username': removed('u') } },

  ...deedsOfPeople,
};

/** Operations that are no GET and are not told, and why. */
export const untold: Record<string, string> = {
  previewDeployment: 'it writes nothing',
  syncHost: 'it is what a host reports, nobody decides it; its timeline tells it',
  tellConflict: 'it is what a host reports, nobody decides it; its timeline tells it',
  startOidcSignIn: 'it opens no session yet; the way back from the provider does',
  signOut: 'it takes from its caller only what they got by a sign-in that is told',
  endSession: 'it takes from its caller only what they got by a sign-in that is told',
  endSessions: 'it takes from its caller only what they got by a sign-in that is told',
};

/** What deeds were given that must stand in no line. */
export function canariesOf(team: Team): string[] {
  const own = [
    canaryOf(team),
    `${team.name}-value`,
    team.hostSecret,
    team.enrolmentToken,
    password,
  ];
  return [...own, ...Object.values(team.tokens)];
}
