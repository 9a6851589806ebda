import type { Role } from '../../../contract/access.ts';
import { definition } from '../definitions.ts';
import { inventoryWith, newSecret } from '../fake-agent.ts';
import type { Team } from './team.ts';

/** Who may call an operation: whoever has the role, a host by its secret, a machine by an enrolment token, anybody. */
export type Access = Role | 'host' | 'enrolment_token' | 'anybody';

export interface Entry {
  access: Access;
  /** It is on what is a person's own, so that it takes no organisation. */
  own?: true;
  /** A body that is taken where the caller may; `team` is the one whose things it names. */
  body?: (team: Team) => unknown;
  /**
   * What a call that names another organisation's thing does. By default it is answered as if nothing were there,
   * 404; `makes`: the name is free in the caller's own organisation, and is taken there.
   */
  across?: 'makes';
  /** It opens a WebSocket, and answers nothing to be read; test/api/watch.test.ts hears what it says. */
  isSocket?: true;
}

const viewer: Entry = { access: 'viewer' };
const operator: Entry = { access: 'operator' };
const admin: Entry = { access: 'admin' };
const own: Entry = { access: 'viewer', own: true };

const deployment = ({ deployment, backend }: Team) => ({
  name: deployment,
  backend_name: backend,
});
const config = () => ({ image_name: 'engine:2.0', custom_framework: 'cpu' });
const changed = ({ backend }: Team) => definition({ backend_name: backend });

/** Every operation of the API, by its id. The suite fails for one that is missing here, and for one too many. */
export const accessTable: Record<string, Entry> = {
  getHealth: { access: 'anybody' },
  getMeta: { access: 'anybody' },
  getMe: viewer,

  getSignInMethods: { access: 'anybody' },
  signInByPassword: { access: 'anybody' },
  startOidcSignIn: { access: 'anybody' },
  redeemSignInLink: { access: 'anybody' },
  acceptInvitation: { access: 'anybody' },
  signOut: { access: 'anybody' },

  listSessions: own,
  endSessions: own,
  endSession: own,
  setPassword: { ...own, body: () => ({ new_password: 'correct horse battery' }) },
  leaveOrg: viewer,
  listMembers: viewer,
  changeMember: { access: 'admin', body: () => ({ role: 'operator' }) },
  removeMember: admin,
  listInvitations: admin,
  createInvitation: { access: 'admin', body: () => ({ email: 'x@example.test', role: 'viewer' }) },
  revokeInvitation: admin,
  createSignInLink: { access: 'platform', body: () => ({ email: 'x@example.test' }) },
  listPeople: { access: 'platform' },
  changePerson: { access: 'platform', body: () => ({ platform: false }) },
  deletePerson: { access: 'platform' },

  listOrgs: { access: 'platform' },
  createOrg: { access: 'platform', body: ({ name }) => ({ name: `${name}-2` }) },
  getOrg: viewer,
  changeOrg: { access: 'admin', body: ({ name }) => ({ name: `${name}-3` }) },
  deleteOrg: { access: 'platform' },
  releaseReplacement: operator,
  watchOrg: { access: 'viewer', isSocket: true },

  listTokens: admin,
  createToken: { access: 'admin', body: ({ name }) => ({ name, role: 'viewer' }) },
  getToken: admin,
  revokeToken: admin,

  listAudit: admin,
  listPlatformAudit: { access: 'platform' },

  listBackends: viewer,
  createBackend: { access: 'operator', body: changed },
  getBackend: viewer,
  replaceBackend: { access: 'operator', body: changed },
  patchBackend: { access: 'operator', body: () => ({ description: 'x' }) },
  deleteBackend: operator,
  listBackendVersions: viewer,
  getBackendVersion: viewer,
  putBackendVersion: { access: 'operator', body: config },
  deleteBackendVersion: operator,
  listBackendRevisions: viewer,
  getBackendRevision: viewer,
  diffBackendRevisions: viewer,
  restoreBackendRevision: operator,
  listCatalogue: viewer,
  getCatalogueItem: viewer,
  enableBackend: operator,
  updateBackendFromCatalogue: operator,

  previewDeployment: { access: 'viewer', body: (team) => ({ deployment: deployment(team) }) },
  listDeployments: viewer,
  createDeployment: { access: 'operator', body: deployment },
  getDeployment: viewer,
  replaceDeployment: { access: 'operator', body: deployment },
  patchDeployment: { access: 'operator', body: () => ({ replicas: 2 }) },
  deleteDeployment: operator,
  stopDeployment: operator,
  startDeployment: operator,
  restartDeployment: operator,
  rollBackDeployment: { access: 'operator', body: () => ({ revision: 1 }) },
  listInstances: viewer,
  listDeploymentEvents: viewer,
  listDeploymentRevisions: viewer,
  getInstance: viewer,
  listInstanceEvents: viewer,

  listHosts: viewer,
  getHost: viewer,
  changeHost: { access: 'operator', body: () => ({ name: 'renamed' }) },
  deleteHost: operator,
  cordonHost: operator,
  uncordonHost: operator,
  drainHost: operator,
  listHostEvents: viewer,
  rotateHostSecret: operator,
  revokeHost: operator,
  unrevokeHost: operator,
  listEnrollmentTokens: admin,
  getEnrollmentToken: admin,
  deleteEnrollmentToken: admin,
  createEnrollmentToken: { access: 'admin', body: () => ({ uses: 1 }) },

  listSecrets: viewer,
  getSecret: viewer,
  setSecret: { access: 'admin', body: () => ({ value: 'x' }), across: 'makes' },
  deleteSecret: admin,
  listRegistries: viewer,
  getRegistry: viewer,
  setRegistry: {
    access: 'admin',
    body: ({ secret }) => ({ username: 'u', password: `{{secrets.${secret}}}` }),
    across: 'makes',
  },
  deleteRegistry: admin,

  enrollHost: {
    access: 'enrolment_token',
    body: () => ({ install_id: 'x'.repeat(16), secret: newSecret(), name: 'x' }),
  },
  syncHost: {
    access: 'host',
    body: () => ({
      protocol: 1,
      agent_version: 'fake',
      epoch: 1,
      process_id: 'process-1',
      seq: 1,
      era: null,
      desired_revision: 0,
      has_link: false,
      observed_hash: 'hash',
      observed: { complete: true, inventory: inventoryWith(), instances: [] },
    }),
  },
  getOwnHost: { access: 'host' },
  rotateSecret: { access: 'host', body: () => ({ next_secret: newSecret() }) },
  tellConflict: { access: 'host', body: () => ({ epoch: 1, process_id: 'process-1' }) },
  openLink: { access: 'host' },
};

/** Routes that stand in no document: pages and files for anybody, and where an identity provider sends browsers. */
export const undocumented = [
  'GET /install.sh',
  'GET /agent/:file',
  'GET /api/openapi.json',
  'GET /api/auth/callback/oidc',
];
