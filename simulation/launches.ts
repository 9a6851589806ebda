import type { Client } from '@libsql/client';

/** A row of the launch queue, with what its deployment asks of each GPU. */
export interface LaunchRow {
  instanceId: string;
  generation: number;
  hostId: string;
  /** It shall run. */
  wanted: boolean;
  gpus: string[];
  /** Of each GPU; null: all of it. */
  shareBytes: number | null;
}

export interface ClaimRow {
  hostId: string;
  resource: string;
  holder: string;
  instanceId: string;
  generation: number;
  amount: number;
}

export async function readLaunches(client: Client): Promise<LaunchRow[]> {
  const { rows } = await client.execute(`
    SELECT l.instance_id, l.generation, l.host_id, l.removed_in IS NULL AS wanted,
      coalesce(json_extract(l.spec, '$.gpu.uuids'), '[]') AS gpus,
      json_extract(r.spec, '$.gpu.memory_bytes') AS share
    FROM launches l LEFT JOIN deployment_revisions r
      ON r.deployment_id = l.deployment_id AND r.revision = json_extract(l.spec, '$.deployment.revision')`);
  return rows.map((row) => ({
    instanceId: String(row.instance_id),
    generation: Number(row.generation),
    hostId: String(row.host_id),
    wanted: row.wanted === 1,
    gpus: JSON.parse(String(row.gpus)),
    shareBytes: row.share === null ? null : Number(row.share),
  }));
}

export async function readClaims(client: Client): Promise<ClaimRow[]> {
  const { rows } = await client.execute('SELECT * FROM claims');
  return rows.map((row) => ({
    hostId: String(row.host_id),
    resource: String(row.resource),
    holder: String(row.holder),
    instanceId: String(row.instance_id),
    generation: Number(row.generation),
    amount: Number(row.amount),
  }));
}
