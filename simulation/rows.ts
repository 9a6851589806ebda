import type { Client, Row } from '@libsql/client';
import { containerName } from '../agent/docker/labels.ts';
import type { DeploymentInput } from '../contract/deployment.ts';
import type { InstanceState } from '../contract/instance.ts';
import type { LaunchSpec } from '../contract/launch-spec.ts';

/** A row of the launch queue, with what its deployment asks of each GPU. */
export interface LaunchRow {
  name: string;
  instanceId: string;
  hostId: string;
  /** It shall run. */
  wanted: boolean;
  spec: LaunchSpec;
  /** Of each GPU; null: all of it. */
  shareBytes: number | null;
}

export interface ClaimRow {
  hostId: string;
  resource: string;
  holder: string;
  instanceId: string;
  amount: number;
}

export interface InstanceRow {
  id: string;
  deploymentId: string;
  generation: number;
  state: InstanceState;
  message: string;
  hostId: string | null;
  containerId: string | null;
  /** What it was rendered from: that of its revision. */
  templateRevision: number;
}

export interface DeploymentRow {
  id: string;
  name: string;
  /** From where on instances need not be replaced. */
  templateRevision: number;
  deleting: boolean;
  stopped: boolean;
  rolling: boolean;
  rolloutFailure: string | null;
  spec: DeploymentInput;
  /** What a failed rollout falls back to. */
  goodSpec: DeploymentInput | null;
}

export interface HostRow {
  id: string;
  desiredRevision: number;
  heldRevision: number;
  online: boolean;
  schedulable: boolean;
  draining: boolean;
}

/** What the database says at one moment. */
export interface Rows {
  launches: LaunchRow[];
  claims: ClaimRow[];
  instances: InstanceRow[];
  deployments: DeploymentRow[];
  hosts: HostRow[];
}

/** Specs never change. */
const parsed = new Map<string, unknown>();

function parse<Value>(text: unknown): Value {
  const key = String(text);
  if (parsed.size > 5000) parsed.clear();
  const value = parsed.get(key) ?? JSON.parse(key);
  parsed.set(key, value);
  // What the column's type says.
  return value as Value;
}

export async function readRows(client: Client): Promise<Rows> {
  const [launches, claims, instances, deployments, hosts] = await client.batch([
    `SELECT l.instance_id, l.generation, l.host_id, l.removed_in IS NULL AS wanted, l.spec,
      json_extract(r.spec, '$.gpu.memory_bytes') AS share
    FROM launches l LEFT JOIN deployment_revisions r
      ON r.deployment_id = l.deployment_id AND r.revision = json_extract(l.spec, '$.deployment.revision')`,
    'SELECT * FROM claims',
    `SELECT i.*, r.template_revision FROM instances i JOIN deployment_revisions r
      ON r.deployment_id = i.deployment_id AND r.revision = i.deployment_revision ORDER BY i.id`,
    `SELECT d.*, r.spec, r.template_revision, g.spec AS good_spec FROM deployments d
    JOIN deployment_revisions r ON r.deployment_id = d.id AND r.revision = d.revision
    LEFT JOIN deployment_revisions g ON g.deployment_id = d.id AND g.revision = d.good_revision`,
    'SELECT id, desired_revision, held_revision, status, schedulable, draining FROM hosts',
  ]);
  return {
    launches: (launches?.rows ?? []).map(toLaunch),
    claims: (claims?.rows ?? []).map(toClaim),
    instances: (instances?.rows ?? []).map(toInstance),
    deployments: (deployments?.rows ?? []).map(toDeployment),
    hosts: (hosts?.rows ?? []).map((row) => ({
      id: String(row.id),
      desiredRevision: Number(row.desired_revision),
      heldRevision: Number(row.held_revision),
      online: row.status === 'online',
      schedulable: row.schedulable === 1,
      draining: row.draining === 1,
    })),
  };
}

function toLaunch(row: Row): LaunchRow {
  return {
    name: containerName(String(row.instance_id), Number(row.generation)),
    instanceId: String(row.instance_id),
    hostId: String(row.host_id),
    wanted: row.wanted === 1,
    spec: parse(row.spec),
    shareBytes: row.share === null ? null : Number(row.share),
  };
}

function toClaim(row: Row): ClaimRow {
  return {
    hostId: String(row.host_id),
    resource: String(row.resource),
    holder: String(row.holder),
    instanceId: String(row.instance_id),
    amount: Number(row.amount),
  };
}

function toInstance(row: Row): InstanceRow {
  return {
    id: String(row.id),
    deploymentId: String(row.deployment_id),
    generation: Number(row.generation),
    // Written by the stores alone.
    state: String(row.state) as InstanceState,
    message: String(row.message),
    hostId: row.host_id === null ? null : String(row.host_id),
    containerId: row.container_id === null ? null : String(row.container_id),
    templateRevision: Number(row.template_revision),
  };
}

function toDeployment(row: Row): DeploymentRow {
  return {
    id: String(row.id),
    name: String(row.name),
    templateRevision: Number(row.template_revision),
    deleting: row.deleting === 1,
    stopped: row.stopped === 1,
    rolling: row.rolling === 1,
    rolloutFailure: row.rollout_failure === null ? null : String(row.rollout_failure),
    spec: parse(row.spec),
    goodSpec: row.good_spec === null ? null : parse(row.good_spec),
  };
}
