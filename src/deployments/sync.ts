import {
  protocolVersion,
  type SyncReply,
  type SyncRequest,
} from '../../contract/agent-protocol.ts';
import { Failure } from '../../contract/failure.ts';
import type { Inventory } from '../../contract/host.ts';
import { write } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { newId } from '../db/ids.ts';
import { inventoryChanges } from '../hosts/inventory-changes.ts';
import { pollMs, safetySyncMs } from '../hosts/model.ts';
import { insertArrivalEvent, lineOfSpeaker, tellHosts } from '../hosts/store/events.ts';
import {
  hostOf,
  longestLeap,
  recordSync,
  type Speaker,
  selectInventory,
  selectSyncedHost,
} from '../hosts/store/hosts.ts';
import { revoked, strangerFailure } from '../hosts/strangers.ts';
import { sha256 } from '../tenancy/hash.ts';
import type { Vault } from '../tenancy/secrets/vault.ts';
import { eventTypeOf } from './event-types.ts';
import { openForHost } from './host-secrets.ts';
import { selectLoginsOn, selectSecretsOn } from './store/host-secrets.ts';
import { isNewerThan, selectDesired } from './store/instances.ts';
import { endLaunches, insertReportEvent, recordReport, tidyAfterSync } from './store/reports.ts';

export interface SyncResult {
  reply: SyncReply;
  host: { id: string; orgId: string; hub: number };
  /** Deployments that a step of the planner waits for. */
  changed: string[];
  /** Something that a pending instance may have waited for is there: the host came online, or a claim was freed. */
  roomGrew: boolean;
  /** All that it changed. */
  touched: { kind: 'host' | 'deployment'; id: string }[];
}

/**
 * Takes over what a host says and gives what it shall run, in one database request. Every statement is bound to the
 * host by its secret, epoch, process and message number, so that an older process or a late message changes nothing.
 * A message that is repeated changes nothing the second time.
 * `heardFrom`: the address that the message came from.
 * @throws Failure `unauthorized`, `secret_retired` or `host_removed` for a secret that no host has, `host_revoked`,
 * `stale_epoch` when a newer process speaks for the host, `invalid_request` for an epoch that no count of starts reaches
 */
export async function sync(
  database: Database,
  secret: string,
  request: SyncRequest,
  now: number,
  vault: Vault,
  heardFrom: string | null = null,
): Promise<SyncResult> {
  const speaker: Speaker = {
    secretHash: await sha256(secret),
    epoch: request.epoch,
    processId: request.process_id,
    seq: request.seq,
  };
  const hostId = hostOf(speaker);
  const host = selectSyncedHost(database, speaker.secretHash);
  const newer = isNewerThan({ revision: request.desired_revision, era: request.era });
  const desired = [
    selectDesired(database, hostId, newer),
    selectSecretsOn(database, hostId, newer),
    selectLoginsOn(database, hostId, newer),
  ] as const;
  const record = recordSync(database, speaker, request, heardFrom, now);

  const changed = new Set<string>();
  const moved = new Set<string>();
  let isHostChanged: boolean;
  let roomGrew = false;
  let inventoryBefore: Inventory | null = null;
  let row: Awaited<typeof host>[number] | undefined;
  let launches: Awaited<(typeof desired)[0]>;
  let secrets: Awaited<(typeof desired)[1]>;
  let logins: Awaited<(typeof desired)[2]>;
  const eventId = newId('evt');
  const hostLine = lineOfSpeaker(speaker.secretHash, eventId);
  const arrival = { id: eventId, agentVersion: request.agent_version };
  const tellArrival = insertArrivalEvent(database, speaker, arrival, now);
  if (!request.observed) {
    const [, recorded, hosts, specs, sealed, passwords] = await database.batch([
      tellArrival,
      record,
      host,
      ...desired,
      tidyAfterSync(database, hostLine, []),
    ]);
    [row] = hosts;
    [launches, secrets, logins] = [specs, sealed, passwords];
    isHostChanged = recorded.rowsAffected > 0;
  } else {
    const { instances, complete } = request.observed;
    const ended = endLaunches(
      database,
      { revision: complete ? request.desired_revision : -1, era: request.era },
      instances,
      hostId,
      now,
    );
    const events = instances.flatMap((report) => {
      const type = eventTypeOf(report);
      return type === null ? [] : [{ id: newId('evt'), type, report }];
    });
    const [known, , recorded, hosts, specs, sealed, passwords, freed, , stopped, , ...reported] =
      await database.batch([
        selectInventory(database, speaker.secretHash),
        tellArrival,
        record,
        host,
        ...desired,
        ended.freeClaims,
        ended.tellStopped,
        ended.stopInstances,
        ended.deleteLaunches,
        // Before the states that they compare with are written.
        ...events.map((event) => insertReportEvent(database, event, hostId, now)),
        ...instances.map((report) => recordReport(database, report, hostId, now)),
        tidyAfterSync(database, hostLine, events),
      ]);
    [row] = hosts;
    [launches, secrets, logins] = [specs, sealed, passwords];
    isHostChanged = recorded.rowsAffected > 0;
    inventoryBefore = known[0]?.inventory ?? null;
    roomGrew = freed.length > 0 || roomOf(inventoryBefore) !== roomOf(request.observed.inventory);
    for (const { deploymentId } of stopped) {
      changed.add(deploymentId);
      moved.add(deploymentId);
    }
    for (const result of reported) {
      // `recordReport` gives rows, `insertReportEvent` a result set.
      for (const instance of Array.isArray(result) ? result : []) {
        moved.add(instance.deploymentId);
        if (asksForStep(instance)) changed.add(instance.deploymentId);
      }
    }
  }

  if (!row) throw await strangerFailure(database, speaker.secretHash, heardFrom, now);
  if (row.revokedAt !== null) throw revoked(row.name);
  if (request.epoch - row.epoch > longestLeap) throw leaps(row.epoch);
  if (row.epoch !== request.epoch || row.processId !== request.process_id) {
    throw new Failure(
      'stale_epoch',
      `Epoch ${row.epoch} speaks for this host; this process has epoch ${request.epoch}.`,
      [],
      { epoch: row.epoch },
    );
  }
  // A message that was overtaken by a newer one is told nothing: the newer one was.
  const isOvertaken = row.seq > request.seq;
  const specs = launches.map(({ spec }) => spec);
  if (request.observed && inventoryBefore && !isOvertaken) {
    const changes = inventoryChanges(inventoryBefore, request.observed.inventory);
    const told = changes.flatMap((change) =>
      tellHosts(database, [row.id], { ...change, createdAt: now }),
    );
    // A request of its own: it is rare, and what is compared has to be read first.
    await write(database, told);
  }
  const isNewer =
    !isOvertaken && (row.desiredRevision > request.desired_revision || row.era !== request.era);
  return {
    host: { id: row.id, orgId: row.orgId, hub: row.hub },
    changed: [...changed],
    touched: [
      ...(isHostChanged ? [{ kind: 'host' as const, id: row.id }] : []),
      ...[...moved].map((id) => ({ kind: 'deployment' as const, id })),
    ],
    roomGrew: roomGrew || row.statusChangedAt === now,
    reply: {
      protocol: protocolVersion,
      era: row.era,
      desired: isNewer
        ? {
            revision: row.desiredRevision,
            launches: specs,
            ...(await openForHost(vault, specs, { secrets, logins })),
          }
        : null,
      send_all: row.observedHash !== request.observed_hash,
      next_sync_ms: request.has_link ? safetySyncMs : pollMs,
      ...(row.rotationAskedAt === null ? {} : { rotate_secret: true }),
    },
  };
}

function leaps(known: number): Failure {
  const detail = `The host's epoch is ${known}, and leaps by ${longestLeap} at the most.`;
  return new Failure('invalid_request', 'The epoch is not usable.', [
    { pointer: '/epoch', code: 'invalid', detail },
  ]);
}

/** What may decide whether something fits on a host: all that it has but what it need not fetch. */
function roomOf(inventory: Inventory | null | undefined): string {
  if (!inventory) return '';
  const { images: _images, models: _models, ...room } = inventory;
  return JSON.stringify(room);
}

/** The planner has an answer to this state. */
function asksForStep(moved: { state: string; rolling: number; lostGpu: number }): boolean {
  const { state, rolling, lostGpu } = moved;
  if (lostGpu === 1 && state !== 'running') return true;
  return state === 'failed' || (rolling === 1 && ['running', 'restarting'].includes(state));
}
