import { randomBytes } from 'node:crypto';
import type { NewApiToken, TokenRole } from '../../../contract/access.ts';
import type { Session } from '../../../contract/people.ts';
import { type Client, newOrg } from '../client.ts';
import { definition } from '../definitions.ts';
import { instancesOf, obey } from '../deployment.ts';
import { newEnrolmentToken, newFakeAgent } from '../fake-agent.ts';
import { invite, newPerson, type Person } from '../person.ts';

/** An organisation with one of each thing. All that has a name of its own has `name` in it. */
export interface Team {
  /** As the platform administrator. */
  client: Client;
  name: string;
  tokens: Record<TokenRole, string>;
  orgId: string;
  tokenId: string;
  backend: string;
  deployment: string;
  instanceId: string;
  hostId: string;
  hostSecret: string;
  enrolmentToken: string;
  enrolmentTokenId: string;
  secret: string;
  registry: string;
  /** Members, signed in. */
  people: Record<TokenRole, Person>;
  sessionId: string;
  invitationId: string;
}

export async function newApiToken(
  client: Client,
  role: TokenRole,
  change: Record<string, unknown> = {},
): Promise<NewApiToken> {
  const input = { name: `${role} of a test`, role, ...change };
  const { status, body } = await client.call<NewApiToken>('POST', '/api/v1/tokens', input);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

export async function newTeam(platform?: Client): Promise<Team> {
  const client = await newOrg(platform);
  const name = `canary-${randomBytes(6).toString('hex')}`;
  const backend = `${name}-engine`;
  const deployment = `${name}-model`;
  const secret = `${name}-secret`;
  const registry = `${name}.example`;
  const agent = await newFakeAgent(client);
  const viewer = await newApiToken(client, 'viewer', { name });
  await must(client.call('POST', '/api/v1/backends', definition({ backend_name: backend })));
  await must(client.call('PUT', `/api/v1/secrets/${secret}`, { value: `${name}-value` }));
  const password = `{{secrets.${secret}}}`;
  const login = { username: `${name}-user`, password };
  await must(client.call('PUT', `/api/v1/registries/${registry}`, login));
  const wanted = { name: deployment, backend_name: backend };
  await must(client.call('POST', '/api/v1/deployments', wanted));
  await obey(agent);
  const [instance] = await instancesOf(client, deployment);
  const people = {
    viewer: await newPerson(client, 'viewer'),
    operator: await newPerson(client, 'operator'),
    admin: await newPerson(client, 'admin'),
  };
  const sessions = await people.viewer.browser.call<{ items: Session[] }>(
    'GET',
    '/api/v1/me/sessions',
  );
  const enrolment = await newEnrolmentToken(client);
  return {
    client,
    name,
    people,
    sessionId: sessions.body.items[0]?.id ?? '',
    invitationId: (await invite(client, `${name}@example.test`, 'viewer')).id,
    tokens: {
      viewer: viewer.token,
      operator: (await newApiToken(client, 'operator')).token,
      admin: (await newApiToken(client, 'admin')).token,
    },
    orgId: client.orgId,
    tokenId: viewer.id,
    backend,
    deployment,
    instanceId: instance?.id ?? '',
    hostId: agent.hostId,
    hostSecret: agent.secret,
    enrolmentToken: enrolment.token,
    enrolmentTokenId: enrolment.id,
    secret,
    registry,
  };
}

async function must(reply: ReturnType<Client['call']>): Promise<void> {
  const { status, body } = await reply;
  if (status >= 300) throw new Error(JSON.stringify(body));
}

/** What stands in the places that paths have. */
export type Things = [place: string, thing: string][];

/** What `team`'s things are called, in the places that paths have for them. */
export function thingsOf(team: Team): Things {
  return [
    ['/backends/{backend_name}', team.backend],
    ['/catalog/{backend_name}', team.backend],
    ['/versions/{version}', '1.0'],
    ['/revisions/{revision}', '1'],
    ['/deployments/{name}', team.deployment],
    ['/instances/{id}', team.instanceId],
    ['/hosts/{id}', team.hostId],
    ['/secrets/{name}', team.secret],
    ['/registries/{server}', team.registry],
    ['/orgs/{id}', team.orgId],
    ['/enrollment-tokens/{id}', team.enrolmentTokenId],
    ['/tokens/{id}', team.tokenId],
    ['/members/{user_id}', team.people.viewer.userId],
    ['/people/{user_id}', team.people.viewer.userId],
    ['/sessions/{id}', team.sessionId],
    ['/invitations/{id}', team.invitationId],
  ];
}

/** The same places with names that nothing has. */
export function nothings(): Things {
  const no = `no-${randomBytes(6).toString('hex')}`;
  const id = '0'.repeat(32);
  return [
    ['/backends/{backend_name}', no],
    ['/catalog/{backend_name}', no],
    ['/versions/{version}', '1.0'],
    ['/revisions/{revision}', '1'],
    ['/deployments/{name}', no],
    ['/instances/{id}', `ins_${id}`],
    ['/hosts/{id}', `host_${id}`],
    ['/secrets/{name}', no],
    ['/registries/{server}', `${no}.example`],
    ['/orgs/{id}', `org_${id}`],
    ['/enrollment-tokens/{id}', `ent_${id}`],
    ['/tokens/{id}', `tok_${id}`],
    ['/members/{user_id}', `usr_${id}`],
    ['/people/{user_id}', `usr_${id}`],
    ['/sessions/{id}', `ses_${id}`],
    ['/invitations/{id}', `inv_${id}`],
  ];
}

/** A path of the document with things put into its places. Throws for a place that it does not know. */
export function fill(path: string, things: readonly [place: string, thing: string][]): string {
  let filled = path;
  for (const [place, thing] of things) {
    filled = filled.replace(place, place.replace(/\{.*\}/, thing));
  }
  if (filled.includes('{')) throw new Error(`Say in team.ts what stands in ${path}`);
  return filled;
}
