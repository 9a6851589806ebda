import type {
  Host,
  HostDetail,
  HostLaunch,
  HostReservation,
  Inventory,
} from '../../contract/host.ts';
import { toTime } from '../db/time.ts';
import type { HostView } from '../placement/model.ts';
import { agentUpdate } from './agent-version.ts';
import { identityConditions, identityConflictOf } from './identity-conditions.ts';
import type { ClaimRow, ClaimSum } from './store/claims.ts';
import type { HostRow } from './store/hosts.ts';
import type { LaunchRow } from './store/launches.ts';
import type { ReservationRow } from './store/reservations.ts';
import type { RivalRow } from './store/rivals.ts';

/** A hub holds the links of so many hosts of one organisation. */
export const hostsPerHub = 500;

/** How often a host with a link syncs although nothing asked for it. */
export const safetySyncMs = 3_600_000;
/** How often a host without a link syncs. */
export const pollMs = 5_000;

export function toHost(
  row: HostRow,
  claimed: ClaimSum | undefined,
  rival: RivalRow | undefined,
  now: number,
): Host {
  const conflict = identityConflictOf(row, rival, now);
  return {
    id: row.id,
    name: row.name,
    labels: row.labels,
    status: row.status,
    schedulable: row.schedulable,
    draining: row.draining,
    agent_version: row.agentVersion,
    agent_update: agentUpdate(row.agentVersion),
    inventory: row.inventory,
    conditions: identityConditions(row, conflict, now),
    revoked_at: toTime(row.revokedAt),
    rotation_asked_at: toTime(row.rotationAskedAt),
    secret_changed_at: toTime(row.secretChangedAt),
    identity_conflict: conflict,
    desired_revision: row.desiredRevision,
    held_revision: row.heldRevision,
    claimed: {
      instances: claimed?.instances ?? 0,
      gpus: claimed?.gpus ?? 0,
      shared_gpus: claimed?.sharedGpus ?? 0,
      memory_bytes: claimed?.memoryBytes ?? 0,
    },
    created_at: toTime(row.createdAt),
    status_changed_at: toTime(row.statusChangedAt),
    last_seen_at: toTime(row.lastSeenAt),
  };
}

/** What people decide of a host. */
export function decidedOf({
  name,
  labels,
  schedulable,
  draining,
}: Pick<HostRow, 'name' | 'labels' | 'schedulable' | 'draining'>) {
  return { name, labels, schedulable, draining };
}

export function toHostClaim(row: ClaimRow): HostDetail['claims'][number] {
  return {
    resource: row.resource,
    instance_id: row.instanceId,
    generation: row.generation,
    amount_bytes: row.holder === '' ? null : row.amount,
  };
}

export function toHostLaunch(row: LaunchRow): HostLaunch {
  return {
    instance_id: row.instanceId,
    generation: row.generation,
    deployment: row.deployment,
    state: row.state,
    removed: row.removedIn !== null,
    created_at: toTime(row.createdAt),
  };
}

export function toHostReservation(row: ReservationRow): HostReservation {
  return {
    instance_id: row.instanceId,
    deployment: row.deployment,
    since: toTime(row.since),
  };
}

/** What placement needs to know of the hosts; those that have not reported yet are left out. */
export function toHostViews(
  rows: readonly HostRow[],
  claims: readonly ClaimRow[],
  barredPorts: readonly { hostId: string; port: number }[],
  reservations: readonly ReservationRow[],
): HostView[] {
  const claimsOf = groupBy(claims, (claim) => claim.hostId);
  const barredOf = groupBy(barredPorts, (barred) => barred.hostId);
  return rows.flatMap((row) =>
    row.inventory
      ? [
          toHostView(
            row,
            row.inventory,
            claimsOf.get(row.id) ?? [],
            (barredOf.get(row.id) ?? []).map(({ port }) => port),
            reservations.find(({ hostId }) => hostId === row.id) ?? null,
          ),
        ]
      : [],
  );
}

function toHostView(
  row: HostRow,
  inventory: Inventory,
  claims: readonly ClaimRow[],
  barred: readonly number[],
  reservation: ReservationRow | null,
): HostView {
  const takenPorts = new Set(barred);
  const takenGpus = new Map<string, number | 'whole'>();
  const shares = new Map<string, number>();
  let takenMemoryBytes = 0;
  for (const { resource, holder, amount } of claims) {
    const [kind, name = ''] = splitResource(resource);
    if (kind === 'port') takenPorts.add(Number(name));
    if (kind === 'memory') takenMemoryBytes += amount;
    if (kind !== 'gpu') continue;
    if (holder !== '') shares.set(holder, amount);
    const taken = takenGpus.get(name) ?? 0;
    takenGpus.set(name, holder === '' || taken === 'whole' ? 'whole' : taken + amount);
  }
  return {
    id: row.id,
    name: row.name,
    labels: row.labels,
    architecture: inventory.architecture,
    online: row.status !== 'offline',
    revoked: row.revokedAt !== null,
    suspect: row.status === 'suspect',
    schedulable: row.schedulable,
    containers: inventory.docker !== null,
    modelSources: inventory.model_sources,
    images: inventory.images ?? [],
    models: inventory.models ?? [],
    address: inventory.address,
    ports: inventory.port_range,
    takenPorts,
    // Each once, whatever the host says.
    gpus: [...new Map(inventory.gpus.map((gpu) => [gpu.uuid, gpu])).values()],
    takenGpus,
    shares,
    memoryBytes: inventory.memory_bytes,
    takenMemoryBytes,
    instances: new Set(claims.map((claim) => claim.instanceId)).size,
    reservation,
  };
}

/** `gpu:<uuid>`, `port:<number>`, `memory`. */
function splitResource(resource: string): [string, string?] {
  const colon = resource.indexOf(':');
  return colon < 0 ? [resource] : [resource.slice(0, colon), resource.slice(colon + 1)];
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
