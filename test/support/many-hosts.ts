import type { Client } from './client.ts';
import { copyRow } from './copies.ts';
import { newFakeAgent } from './fake-agent.ts';

/** Enrols a host that says what it has, and as many more in the database that are like it, up to `count`. */
export async function enrolMany(client: Client, count: number): Promise<void> {
  const { hostId } = await newFakeAgent(client);
  await copyRow('hosts', 'id', hostId, count, {
    id: "id || '-' || n",
    install_id: "install_id || '-' || n",
    secret_hash: "secret_hash || '-' || n",
    name: "name || '-' || n",
  });
}
