import type { ObservedInstance } from '../../contract/agent-protocol.ts';
import type { Deployment } from '../../contract/deployment.ts';
import type { Instance } from '../../contract/instance.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import type { Client, Reply } from './client.ts';
import { type FakeAgent, observed } from './fake-agent.ts';

/** What most tests call their one deployment. */
const usual = 'model';
const pathOf = (name: string) => `/api/v1/deployments/${name}`;

export async function readDeployment(client: Client, name = usual): Promise<Deployment> {
  return (await client.call<Deployment>('GET', pathOf(name))).body;
}

export async function instancesOf(client: Client, name = usual): Promise<Instance[]> {
  const { body } = await client.call<{ items: Instance[] }>('GET', `${pathOf(name)}/instances`);
  return body.items;
}

/** Changes the deployment as it is now. */
export async function patchDeployment(
  client: Client,
  change: Record<string, unknown>,
  name = usual,
): Promise<Reply<Deployment>> {
  const { revision } = await readDeployment(client, name);
  const headers = { 'if-match': `"${revision}"` };
  return client.call<Deployment>('PATCH', pathOf(name), change, { headers });
}

/** As `patchDeployment`, where nothing stands against it. */
export async function changeDeployment(
  ...[client, change, name]: Parameters<typeof patchDeployment>
): Promise<Deployment> {
  const { status, body } = await patchDeployment(client, change, name);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
}

/** What a host has to say of what it shall run. */
export type Fate = (launch: LaunchSpec) => ObservedInstance;

/** The host takes what it is told, and all of it runs, or fares as `fate` says. */
export async function obey(
  agent: FakeAgent,
  fate: Fate = (launch) => observed(launch, 'running'),
): Promise<void> {
  await agent.sync();
  await agent.report(agent.launches.map(fate));
}
