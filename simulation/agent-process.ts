import { type Observation, urgencyOf } from '../agent/control-plane/observation.ts';
import { startSession } from '../agent/control-plane/session.ts';
import { createSyncs, type Syncs } from '../agent/control-plane/syncs.ts';
import { desiredOf, type Held } from '../agent/desired.ts';
import { createContainers } from '../agent/docker/containers.ts';
import type { Journal } from '../agent/journal.ts';
import type { Log } from '../agent/log.ts';
import { createReconciler } from '../agent/reconcile.ts';
import { createSecrets } from '../agent/secrets.ts';
import type { Inventory } from '../contract/host.ts';
import type { ControlPlane } from './control-plane.ts';
import type { SimulatedEngine } from './engine.ts';
import type { Faults } from './faults.ts';
import { type Link, linkOf } from './link.ts';
import { createNetwork } from './network.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export interface AgentProcessOptions {
  name: string;
  hostId: string;
  secret: string;
  journal: Journal;
  engine: SimulatedEngine;
  inventory: Omit<Inventory, 'docker'>;
  scheduler: Scheduler;
  random: Random;
  faults: Faults;
  controlPlane: ControlPlane;
  isCut: () => boolean;
}

export interface AgentProcess {
  /** The process is gone from one moment to the next; what it asked of its engine may still happen there. */
  kill(): void;
}

/** One agent process: the agent's own parts, put together as agent.ts does, on virtual time and a simulated network. */
export async function startAgentProcess(options: AgentProcessOptions): Promise<AgentProcess> {
  const { name, hostId, journal, scheduler, random, faults, controlPlane } = options;
  let alive = true;
  const clock = {
    ...scheduler.clock,
    after: (ms: number, run: () => void) => scheduler.after(ms, () => (alive ? run() : undefined)),
  };
  const log: Log = { info() {}, warn() {}, error() {} };
  const session = await startSession(journal);
  let held = await journal.readDesired();
  let confirmed = false;
  let era: string | null = null;
  let reported: Observation | null = null;
  let link: Link | null = null;
  const secrets = createSecrets();
  const engine = options.engine.connect(() => alive);
  const containers = createContainers({
    engine,
    host_id: hostId,
    clock,
    log,
    onChange: () => reconciler.look(),
  });
  const reconciler = createReconciler({
    engine,
    containers,
    host_id: hostId,
    models: { ensure: async () => null },
    secrets,
    probe: async (spec) => {
      const ready = options.engine.isReady(`longshore-${spec.instance_id}-${spec.generation}`);
      return { ready, summary: ready ? '' : 'connection refused', excerpt: null };
    },
    clock,
    log,
    onChange: () => observedChanged(),
  });
  const syncs: Syncs = createSyncs({
    client: createNetwork({ ...options, isAlive: () => alive }),
    session,
    secret: options.secret,
    agent_version: '0.0.0',
    clock,
    random: random.next,
    log,
    linkUp: () => link?.up ?? false,
    holding: () => ({ era: held?.era ?? era, desired_revision: held?.revision ?? 0 }),
    observe,
    onReply(reply, received, sent) {
      const desired = desiredOf(reply, received);
      if (desired) {
        const isOlder = held && desired.era === held.era && desired.revision < held.revision;
        if (!isOlder) take(desired);
      } else if (!held) {
        era = reply.era;
      } else {
        const current = reply.era === held.era && sent.desired_revision === held.revision;
        if (current === confirmed) return;
        confirmed = current;
        reconciler.setDesired(held, confirmed);
      }
    },
    onConflict() {
      scheduler.note(`${name} agent: identity conflict`);
      kill();
    },
  });

  function observe(): Observation | null {
    const report = reconciler.report();
    const docker = containers.listed ? { version: '28.0.0' } : null;
    return report && { ...report, inventory: { ...options.inventory, docker } };
  }

  function observedChanged(): void {
    const observation = observe();
    if (!observation) return;
    const before = reported;
    reported = observation;
    syncs.changed(before ? urgencyOf(before, observation) : 'now');
  }

  function take(desired: Held): void {
    const isNews = desired.revision !== held?.revision || desired.era !== held.era;
    held = desired;
    confirmed = true;
    reconciler.setDesired(held, true);
    if (isNews) void journal.writeDesired(desired);
  }

  function kill(): void {
    if (!alive) return;
    alive = false;
    syncs.stop();
    link?.close();
    containers.stop();
    void reconciler.stop();
  }

  syncs.start();
  reconciler.setDesired(held, false);
  containers.start();
  link = linkOf({
    hostId,
    clock,
    random,
    faults,
    controlPlane,
    isCut: options.isCut,
    onChange: () => syncs.linkChanged(),
    onBell: () => syncs.bell(),
  });
  return { kill };
}
