import { backendExamples } from '../../contract/examples/backends.ts';
import { usualLimits } from '../../contract/org.ts';
import type { Session } from '../../contract/people.ts';
import { newFakeAgent } from '../support/fake-agent.ts';
import {
  accountOf,
  codeOf,
  newBrowser,
  newEmail,
  password,
  signInByLink,
} from '../support/person.ts';
import { learn, type World } from './world.ts';

export const simpleDeployment = {
  name: 'alpha',
  image_name: 'none/none:1',
  run_command: 'serve --port {{port}}',
  gpu: { count: 0 },
  replicas: 2,
};

/** Sets right, before a round, what the requests before have taken away: without it most are refused at the door. */
export async function tend(world: World, round: number): Promise<void> {
  const { client, orgId } = world;
  await client.call('PATCH', `/api/v1/orgs/${orgId}`, { limits: usualLimits });
  await signPersonIn(world);
  const hostId = await hearHost(world);
  if (round % 3 !== 0) return;
  await client.call('POST', `/api/v1/hosts/${hostId}/rotate-secret`);
  // It is refused while it is there.
  await client.call('POST', '/api/v1/backends', backendExamples.BackendDefinition);
  learn(world, 'backends', backendExamples.BackendDefinition.backend_name);
  const email = newEmail();
  await signInByLink(client, { email, role: 'viewer' });
  learn(world, 'people', (await accountOf(email))?.user_id ?? '');
  // Of a new name: one that is deleted waits for a host that may be silent.
  const name = `round-${round}`;
  await client.call('POST', '/api/v1/deployments', { ...simpleDeployment, name });
  learn(world, 'deployments', name);
}

/** A person who was thrown out comes back by a link, with the password that is known. */
async function signPersonIn(world: World): Promise<void> {
  const { client, person } = world;
  const browser = newBrowser(client);
  browser.cookie = person.cookie;
  const me = await browser.call('GET', '/api/v1/me', undefined, { org: client.orgId });
  if (me.status === 200 && person.hasPassword) return;
  const { email } = person;
  // A link that came along may have raised them.
  const account = await accountOf(email);
  const lower = { platform: false };
  if (account?.platform) await client.call('PATCH', `/api/v1/people/${account.user_id}`, lower);
  const link = await client.call<{ url: string }>('POST', '/api/v1/sign-in-links', {
    email,
    role: 'admin',
  });
  browser.cookie = null;
  await browser.call('POST', '/api/auth/sign-in-links/redeem', { code: codeOf(link.body.url) });
  person.cookie = browser.cookie ?? '';
  // Whoever was deleted, or raised by a link, has none.
  await browser.call('PUT', '/api/v1/me/password', { new_password: password });
  person.hasPassword = true;
  // Those from before have ended.
  const { body } = await browser.call<{ items: Session[] }>('GET', '/api/v1/me/sessions');
  world.names.set(
    'sessions',
    body.items.map(({ id }) => id),
  );
}

/** The host that speaks for itself; another one where it is revoked or removed. @returns its id */
async function hearHost(world: World): Promise<string> {
  const [secret = ''] = world.credentials.hostSecret ?? [];
  const { status, body } = await world.client.call('GET', '/api/agent/v1/host', undefined, {
    token: secret,
  });
  if (status === 200) return String(body.host_id);
  const agent = await newFakeAgent(world.client);
  world.credentials.hostSecret = [agent.secret];
  learn(world, 'hosts', agent.hostId);
  return agent.hostId;
}
