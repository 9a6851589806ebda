import type { Inventory } from '../contract/host.ts';
import { canonicalImage } from '../contract/image-reference.ts';
import type { Clock } from './clock.ts';
import type { Random } from './control-plane/backoff.ts';
import { createConflict } from './control-plane/conflict.ts';
import { createCredentials } from './control-plane/credentials.ts';
import type { EnrolledIdentity } from './control-plane/enroll.ts';
import { createHttpClient } from './control-plane/http-client.ts';
import { type Link, openLink } from './control-plane/link.ts';
import { type Observation, urgencyOf } from './control-plane/observation.ts';
import { startSession } from './control-plane/session.ts';
import { standingInWords } from './control-plane/standing.ts';
import { createSyncs, type Syncs } from './control-plane/syncs.ts';
import { createDesiredSet } from './desired-set.ts';
import { createContainers } from './docker/containers.ts';
import type { Engine } from './docker/engine.ts';
import { createImages, type DiskMarks } from './images/images.ts';
import { createImageRecords } from './images/records.ts';
import { containersSilent, dockerUnavailable } from './inventory/docker-facts.ts';
import type { GpuScan } from './inventory/gpus.ts';
import { watchInventory } from './inventory/inventory.ts';
import { ownSenses, type Senses } from './inventory/senses.ts';
import type { Journal } from './journal.ts';
import type { Log } from './log.ts';
import { createModels, type ModelsOptions } from './models/models.ts';
import { anythingGoes, type HostPolicy } from './policy/host-policy.ts';
import { probe } from './probe.ts';
import { createReconciler } from './reconcile.ts';
import { createRegistryLogins } from './registry-logins.ts';
import { createSecrets } from './secrets.ts';
import { logStateChanges } from './state-log.ts';
import { longestGraceSeconds, stopOwnContainers } from './stop-containers.ts';

export interface AgentOptions {
  identity: EnrolledIdentity;
  journal: Journal;
  engine: Engine;
  scanGpus: () => Promise<GpuScan>;
  /** Of the host's owner; default: there is none. */
  policy?: HostPolicy;
  senses?: Senses;
  /** Asks an instance for its health. */
  probe?: typeof probe;
  /** The ways to the control plane. */
  createHttpClient?: typeof createHttpClient;
  openLink?: typeof openLink;
  /** Where models are kept, and where they come from. */
  models: Pick<ModelsOptions, 'folder' | 'limit_bytes' | 'hub_url' | 'diskFault'>;
  /** Between which marks of the Docker disk images are removed. */
  image_marks: DiskMarks;
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

/** Runs a host's agent. It takes its epoch, then works by itself until it is stopped. Several may run in one process. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { identity, journal, engine, clock, random, log } = options;
  const { host_id, url } = identity;
  const user_agent = `longshore-agent/${options.agent_version}`;
  let reported: Observation | null = null;
  let wasListed = false;
  let isRefused = false;
  let modelsWereUnusable = false;
  const secrets = createSecrets();
  const policy = options.policy ?? anythingGoes;
  const logins = createRegistryLogins();
  const desired = createDesiredSet({
    held: await journal.readDesired(),
    write: (held) => journal.writeDesired(held),
    secrets,
    logins,
    log,
    onChange: (held, confirmed) => reconciler.setDesired(held, confirmed),
    onLogins: (servers) => reconciler.loginsChanged(servers),
    onWritten: () => inventory.setCondition('journal_unwritable', null),
    onFault: journalFault,
  });
  const createClient = () => (options.createHttpClient ?? createHttpClient)({ url, user_agent });
  const client = createClient();
  const credentials = createCredentials({
    identity,
    journal,
    client,
    log,
    onUnwritten: journalFault,
  });

  const inventory = watchInventory({
    engine,
    address: options.address,
    portRange: () => policy.ports(options.port_range) ?? options.port_range,
    model_folder: options.models.folder,
    modelFault,
    senses: options.senses ?? ownSenses,
    scanGpus: async () => policy.offered(await options.scanGpus()),
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
  const records = createImageRecords({
    records: await journal.readImages(),
    write: (images) => journal.writeImages(images),
    wall: () => clock.wall(),
    onFault: journalFault,
  });
  const images = createImages({
    engine,
    logins,
    records,
    marks: options.image_marks,
    readDisk: () => inventory.dockerDisk(),
    wanted: () =>
      desired.held && desired.confirmed
        ? new Set(desired.held.launches.map(({ spec }) => canonicalImage(spec.image)))
        : null,
    setCondition: (code, message) => inventory.setCondition(code, message),
    clock,
    log,
  });
  const reconciler = createReconciler({
    engine,
    containers,
    host_id,
    images,
    models,
    secrets,
    grantOf: inventory.grantOf,
    policy,
    onGpuDoubt: () => inventory.rescan(),
    probe: options.probe ?? probe,
    clock,
    log,
    onChange: () => observedChanged(),
  });
  const session = await startSession(journal, journalFault);
  const syncs: Syncs = createSyncs({
    client,
    session,
    credentials,
    agent_version: options.agent_version,
    clock,
    random,
    log,
    linkUp: () => link?.up ?? false,
    holding: desired.holding,
    observe,
    onReply: desired.onReply,
    onStanding: (refusal) => {
      isRefused = refusal !== null;
      if (refusal) log.error('refused', { host: host_id, message: standingInWords(refusal) });
      if (refusal?.code === 'host_removed') desired.dismiss();
    },
    onConflict: () => {
      void quit();
      conflict.begin();
    },
  });
  const conflict = createConflict({
    host_id,
    createClient,
    secret: () => credentials.secret,
    notice: () => ({ epoch: session.epoch, process_id: session.process_id }),
    clock,
    log,
  });
  const link: Link | null = options.link
    ? (options.openLink ?? openLink)({
        url,
        secret: () => credentials.secret,
        refused: () => isRefused,
        user_agent,
        clock,
        random,
        log,
        onUp: () => syncs.linkChanged(),
        onDown: () => syncs.linkChanged(),
        onBell: () => syncs.bell(),
      })
    : null;

  /** Why models cannot be kept on this host, at this look. */
  async function modelFault(): Promise<string | null> {
    const fault = (await options.models.diskFault?.()) ?? null;
    if (fault === null && modelsWereUnusable) reconciler.modelsUsable();
    modelsWereUnusable = fault !== null;
    return fault;
  }

  /** Containers that exist or are wanted; null while either is not known. */
  function inUse(): ReadonlySet<string> | null {
    if (!desired.held || !containers.listed) return null;
    return new Set([...containers.byName.keys(), ...desired.held.launches.map(({ name }) => name)]);
  }

  function observe(): Observation | null {
    const report = reconciler.report();
    if (!report || !inventory.current) return null;
    return { ...report, inventory: inventory.current };
  }

  function policyChanged(): void {
    const range = options.port_range;
    inventory.setCondition('policy_broken', policy.fault);
    inventory.setCondition(
      'policy_ports',
      policy.ports(range)
        ? null
        : `None of the ports that this agent is set up with (${range.first}-${range.last}) is allowed by the host's policy: give it others with --ports.`,
    );
    inventory.rescan();
    reconciler.policyChanged();
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

  function journalFault(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    log.error('the journal cannot be written', { message: why });
    inventory.setCondition(
      'journal_unwritable',
      `The agent's state folder cannot be written (${why}). After a restart the agent does not know what to run until the control plane answers.`,
    );
  }

  async function quit(): Promise<void> {
    syncs.stop();
    link?.close();
    client.close();
    inventory.stop();
    policy.stop();
    images.stop();
    containers.stop();
    await Promise.all([reconciler.stop(), desired.settled(), records.settled()]);
  }

  log.info('agent started', {
    host: host_id,
    url,
    epoch: session.epoch,
    version: options.agent_version,
    desired_revision: desired.held?.revision ?? null,
  });
  await policy.start(policyChanged);
  syncs.start();
  reconciler.setDesired(desired.held, false);
  containers.start();
  inventory.start();
  images.start();

  return {
    get conflict() {
      return conflict.begun;
    },
    async stop() {
      await quit();
      conflict.stop();
    },
    async stopContainers() {
      if (conflict.begun) return;
      await stopOwnContainers({ engine, host_id, longestGraceSeconds, log });
    },
  };
}
