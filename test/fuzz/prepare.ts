import { inject } from 'vitest';
import { backendExamples } from '../../contract/examples/backends.ts';
import { newOrg } from '../support/client.ts';
import { cudaGpu, inventoryWith, newFakeAgent, newSecret } from '../support/fake-agent.ts';
import { readDocument } from '../support/openapi.ts';
import { newPerson } from '../support/person.ts';
import { simpleDeployment } from './tend.ts';
import { keysOf, learn, type World } from './world.ts';

/** An organisation with something of everything in it, so that requests find what they speak of. */
export async function prepareWorld(): Promise<World> {
  const { url, adminToken } = inject('stack');
  const client = await newOrg();
  const document = await readDocument(url);
  const gpus = [0, 1, 2, 3].map(cudaGpu);
  const inventory = inventoryWith({ gpus, model_sources: ['none', 'local_path', 'huggingface'] });
  const agent = await newFakeAgent(client, inventory);
  const person = await newPerson(client, 'admin');
  // Where there is one more, one can leave.
  const other = await newPerson(client, 'admin');
  const world: World = {
    document,
    url,
    orgId: client.orgId,
    client,
    credentials: {
      bearer: [adminToken],
      // A host of its own for messages of any kind.
      hostSecret: [(await newFakeAgent(client)).secret],
      enrollmentToken: [newSecret()],
    },
    tokens: [],
    person: { email: person.email, cookie: person.browser.cookie ?? '', hasPassword: true },
    names: new Map(),
    paths: new Map(),
    etags: new Map(),
    cursors: new Map(),
    orgNames: new Map(),
  };
  const make = async (method: string, path: string, body: unknown) => {
    const reply = await client.call(method, `/api/v1/${path}`, body);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(reply.body)}`);
  };
  await make('PUT', 'secrets/FUZZ', { value: 'fuzz' });
  await make('PUT', 'registries/ghcr.io', { username: 'fuzz', password: '{{secrets.FUZZ}}' });
  await make('POST', 'backends', backendExamples.BackendDefinition);
  await make('POST', 'deployments', simpleDeployment);
  await agent.sync();
  const kinds = new Map<string, string[]>([
    ['secrets', ['FUZZ']],
    ['registries', ['ghcr.io']],
    ['backends', ['my-vllm']],
    ['versions', ['0.11.0']],
    ['revisions', ['1', '2']],
    ['deployments', ['alpha']],
    ['hosts', [agent.hostId]],
    ['instances', agent.launches.map((launch) => launch.instance_id)],
    ['orgs', [client.orgId]],
    ['catalog', ['sglang']],
    ['members', [person.userId, other.userId]],
  ]);
  for (const [kind, names] of kinds) {
    if (!keysOf(document).has(kind)) throw new Error(`no path has /${kind}/{...}`);
    for (const name of names) learn(world, kind, name);
  }
  return world;
}
