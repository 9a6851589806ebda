import type { Deployment } from '../../contract/deployment.ts';
import type { Client } from './client.ts';
import { copyRow } from './copies.ts';

/** `count` deployments that want nothing, named many-000, many-001 and so on; all but the first in the database alone. */
export async function manyDeployments(client: Client, count: number): Promise<void> {
  const spec = { name: 'many-000', image_name: 'engine:1', replicas: 0 };
  const { status, body } = await client.call<Deployment>('POST', '/api/v1/deployments', spec);
  if (status !== 201) throw new Error(JSON.stringify(body));
  const name = "printf('many-%03d', n)";
  await copyRow('deployments', 'id', body.id, count, { id: "id || '-' || n", name });
  await copyRow('deployment_revisions', 'deployment_id', body.id, count, {
    deployment_id: "deployment_id || '-' || n",
    spec: `json_set(spec, '$.name', ${name})`,
  });
}
