import type { SyncReply } from '../contract/agent-protocol.ts';
import type { Inventory } from '../contract/host.ts';
import type { Clock } from './clock.ts';
import type { Random } from './control-plane/backoff.ts';
import type { EnrolledIdentity } from './control-plane/enroll.ts';
import { createHttpClient } from './control-plane/http-client.ts';
import { type Link, openLink } from './control-plane/link.ts';
import { type Observation, urgencyOf } from './control-plane/observation.ts';
import { startSession } from './control-plane/session.ts';
import { createSyncs, type Syncs } from './control-plane/syncs.ts';
import { desiredOf, type Held, secretsOf } from './desired.ts';
import { createContainers } from './docker/containers.ts';
import type { Engine } from './docker/engine.ts';
import { containersSilent, dockerUnavailable } from './inventory/docker-facts.ts';
import type { GpuScan } from './inventory/gpus.ts';
import { watchInventory } from './inventory/inventory.ts';
import { ownSenses, type Senses } from './inventory/senses.ts';
import type { Journal } from './journal.ts';
import type { Log } from './log.ts';
import { createModels, type ModelsOptions } from './models/models.ts';
import { probe } from './probe.ts';
import { createReconciler } from './reconcile.ts';
import { createSecrets } from './secrets.ts';
import { logStateChanges } from './state-log.ts';
import { stopOwnContainers } from './stop-containers.ts';

export interface AgentOptions {
  identity: EnrolledIdentity;
  journal: Journal;
  engine: Engine;
  scanGpus: () => Promise<GpuScan>;
  senses?: Senses;
  /** Asks an instance for its health. */
  probe?: typeof probe;
  /** The ways to the control plane. */
  createHttpClient?: typeof createHttpClient;
  openLink?: typeof openLink;
  /** Where models are kept, and where they come from. */
  models: Pick<ModelsOptions, 'folder' | 'limit_bytes' | 'hub_url'>;
  address: string;
  port_range: Inventory['port_range'];
  /** False: polls only. */
  link: boolean;
  agent_version: string;
  clock: Clock;
  random: Random;
  log: Log;
}

export interface Agent {
  /** Another process has taken this host; this one touches nothing any more. */
  readonly conflict: boolean;
  /** Stops acting and closes the link. Containers run on. */
  stop(): Promise<void>;
  /** After `stop`: ends and removes this host's containers, unless another process has taken the host. */
  stopContainers(): Promise<void>;
}

/** How long each container gets to end when the agent is told to take its containers with it. */
const longestGraceSeconds = 10;
const conflictReminderMs = 60_000;

/** Runs a host's agent. It takes its epoch, then works by itself until it is stopped. Several may run in one process. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { identity, journal, engine, clock, random, log } = options;
  const { host_id, secret, url } = identity;
  const user_agent = `longshore-agent/${options.agent_version}`;
  let held = await journal.readDesired();
  let confirmed = false;
  /** Of the last reply; before any set is held. */
  let era: string | null = null;
  let conflict = false;
  let reported: Observation | null = null;
  let wasListed = false;
  let cancelReminder = () => {};
  let journalled: Promise<void> = Promise.resolve();
  const secrets = createSecrets();
  const client = (options.createHttpClient ?? createHttpClient)({ url, user_agent });

  const inventory = watchInventory({
    engine,
    address: options.address,
    port_range: options.port_range,
    model_folder: options.models.folder,
    senses: options.senses ?? ownSenses,
    scanGpus: options.scanGpus,
    clock,
    log,
    onChange: () => observedChanged(),
  });
  const containers = createContainers({ engine, host_id, clock, log, onChange: () => looked() });
  const models = createModels({
    ...options.models,
    user_agent,
    inUse,
    clock,
    random,
    log,
  });
  const reconciler = createReconciler({
    engine,
    containers,
    host_id,
    models,
    secrets,
    grantOf: inventory.grantOf,
    onGpuDoubt: () => inventory.rescan(),
    probe: options.probe ?? probe,
    clock,
    log,
    onChange: () => observedChanged(),
  });
  const session = await startSession(journal, unwritten);
  const syncs: Syncs = createSyncs({
    client,
    session,
    secret,
    agent_version: options.agent_version,
    clock,
    random,
    log,
    linkUp: () => link?.up ?? false,
    holding: () => ({ era: held?.era ?? era, desired_revision: revisionHeld() }),
    observe,
    onReply,
    onConflict,
  });
  const link: Link | null = options.link
    ? (options.openLink ?? openLink)({
        url,
        secret,
        user_agent,
        clock,
        random,
        log,
        onUp: () => syncs.linkChanged(),
        onDown: () => syncs.linkChanged(),
        onBell: () => syncs.bell(),
      })
    : null;

  /** A set whose secrets are not here counts as not held: they come with the set only. */
  function revisionHeld(): number {
    if (!held) return 0;
    const lacking = held.launches.some((launch) =>
      secretsOf(launch).some((name) => !secrets.values.has(name)),
    );
    return lacking && !confirmed ? 0 : held.revision;
  }

  /** Containers that exist or are wanted; null while either is not known. */
  function inUse(): ReadonlySet<string> | null {
    if (!held || !containers.listed) return null;
    return new Set([...containers.byName.keys(), ...held.launches.map(({ name }) => name)]);
  }

  function observe(): Observation | null {
    const report = reconciler.report();
    if (!report || !inventory.current) return null;
    return { ...report, inventory: inventory.current };
  }

  function looked(): void {
    if (containers.listed !== wasListed) inventory.rescan();
    wasListed = containers.listed;
    const { fault, silent } = containers;
    // The look at the host's inventory comes later, and asks for other things.
    inventory.setCondition('docker_unavailable', fault && dockerUnavailable(fault).message);
    inventory.setCondition('docker_container_silent', containersSilent([...silent]));
    reconciler.look();
  }

  function observedChanged(): void {
    const observation = observe();
    if (!observation) return;
    const before = reported;
    reported = observation;
    logStateChanges(log, before?.instances ?? [], observation.instances);
    syncs.changed(before ? urgencyOf(before, observation) : 'now');
  }

  function onReply(reply: SyncReply, received: unknown, sent: { desired_revision: number }): void {
    const desired = desiredOf(reply, received);
    if (desired && reply.desired) {
      if (held && desired.era === held.era && desired.revision < held.revision) {
        log.warn('a desired set older than the one held was left out', {
          revision: desired.revision,
        });
        return;
      }
      secrets.replace(reply.desired.secrets);
      take(desired);
      return;
    }
    if (!held) {
      era = reply.era;
      return;
    }
    // "Nothing newer" confirms what is held, unless the database is another one than the set came from.
    const current = reply.era === held.era && sent.desired_revision === held.revision;
    if (current === confirmed) return;
    confirmed = current;
    reconciler.setDesired(held, confirmed);
  }

  /** Acts on the set at once: should the agent die before it is journalled, the set comes again. */
  function take(desired: Held): void {
    const isNews = desired.revision !== held?.revision || desired.era !== held.era;
    if (isNews) {
      log.info('desired set', { revision: desired.revision, launches: desired.launches.length });
    }
    held = desired;
    confirmed = true;
    reconciler.setDesired(held, true);
    if (!isNews) return;
    journalled = journal
      .writeDesired(desired)
      .then(() => inventory.setCondition('journal_unwritable', null), unwritten);
  }

  function unwritten(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    log.error('the journal cannot be written', { message: why });
    inventory.setCondition(
      'journal_unwritable',
      `The agent's state folder cannot be written (${why}). After a restart the agent does not know what to run until the control plane answers.`,
    );
  }

  function onConflict(): void {
    conflict = true;
    void quit();
    remind();
  }

  function remind(): void {
    log.error('identity_conflict', {
      host: host_id,
      message:
        'another agent with this identity has taken over; this one does nothing and touches no container. Stop one of them, and start this one again if it is the one to stay.',
    });
    cancelReminder = clock.after(conflictReminderMs, remind);
  }

  async function quit(): Promise<void> {
    syncs.stop();
    link?.close();
    client.close();
    inventory.stop();
    containers.stop();
    await Promise.all([reconciler.stop(), journalled]);
  }

  log.info('agent started', {
    host: host_id,
    url,
    epoch: session.epoch,
    version: options.agent_version,
    desired_revision: held?.revision ?? null,
  });
  syncs.start();
  reconciler.setDesired(held, false);
  containers.start();
  inventory.start();

  return {
    get conflict() {
      return conflict;
    },
    async stop() {
      await quit();
      cancelReminder();
    },
    async stopContainers() {
      if (conflict) return;
      await stopOwnContainers({ engine, host_id, longestGraceSeconds, log });
    },
  };
}
