import type { Census } from './census.ts';
import type { Faults } from './faults.ts';
import type { SimulatedHost } from './host.ts';
import type { Hubs } from './hubs.ts';
import type { Invariants } from './invariants.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export interface MishapOptions {
  scheduler: Scheduler;
  random: Random;
  faults: Faults;
  census: Census;
  hosts: readonly SimulatedHost[];
  hubs: Hubs;
  invariants: Invariants;
  untilMs: number;
}

/** What goes wrong with hosts, agents, engines, containers, hubs and the network, at times of the seed's choice. */
export function injectFaults(options: MishapOptions): void {
  const { scheduler, random, faults, census, hosts, hubs, invariants, untilMs } = options;
  const mishaps = [
    agentCrashes,
    agentCrashes,
    journalIsLost,
    epochIsLost,
    identityIsCopied,
    hostCrashes,
    hostMoves,
    engineDies,
    containerCrashes,
    containerRunsOutOfMemory,
    containerIsRemoved,
    containerSickens,
    portIsTaken,
    registryFails,
    gpuDisappears,
    networkIsCut,
    networkIsCut,
    allAreCut,
    hubDies,
    hubIsDeployed,
    hubIsAway,
    alarmIsLost,
    alarmIsLate,
  ];
  const count = random.between(0, 24);
  for (let number = 0; number < count; number += 1) {
    const [mishap, host, lastsMs] = [
      random.pick(mishaps),
      random.pick(hosts),
      random.pick([500, 3000, 15_000, 40_000, 90_000, 150_000]),
    ];
    scheduler.after(random.between(0, untilMs - 1), () => mishap(host, lastsMs));
  }

  function tell(what: string, where: string): void {
    scheduler.note(`${where}: ${what}`);
    census.count(`mishap: ${what}`);
  }

  /** The end of a mishap; when the faults are over everything ends. */
  function later(ms: number, end: () => void | Promise<void>): void {
    scheduler.after(ms, () => (faults.over ? undefined : end()));
  }

  function restartLater(host: SimulatedHost, lastsMs: number): void {
    later(lastsMs, async () => {
      scheduler.note(`${host.name}: its agent starts`);
      await host.startAgent();
    });
  }

  function agentCrashes(host: SimulatedHost, lastsMs: number): void {
    if (!host.agentRuns) return;
    tell('its agent dies', host.name);
    host.killAgent();
    restartLater(host, lastsMs);
  }

  function journalIsLost(host: SimulatedHost, lastsMs: number): void {
    if (!host.agentRuns) return;
    tell('its agent dies, and its journal is broken', host.name);
    host.killAgent();
    host.journal.epoch = 0;
    host.journal.held = null;
    restartLater(host, lastsMs);
  }

  function epochIsLost(host: SimulatedHost, lastsMs: number): void {
    if (!host.agentRuns) return;
    tell('its agent dies, and its epoch is an older one', host.name);
    host.killAgent();
    host.journal.epoch = Math.max(0, host.journal.epoch - random.between(1, 3));
    restartLater(host, lastsMs);
  }

  async function identityIsCopied(host: SimulatedHost, lastsMs: number): Promise<void> {
    if (!host.agentRuns) return;
    tell('a second agent has its identity', host.name);
    await host.startTwin();
    later(lastsMs, async () => {
      scheduler.note(`${host.name}: the second agent ends`);
      host.killTwin();
      await host.startAgent();
    });
  }

  function hostCrashes(host: SimulatedHost, lastsMs: number): void {
    if (!host.up) return;
    tell('loses its power', host.name);
    host.crash();
    later(lastsMs, async () => {
      scheduler.note(`${host.name}: boots`);
      host.up = true;
      await host.startAgent();
    });
  }

  function hostMoves(host: SimulatedHost, lastsMs: number): void {
    if (!host.agentRuns) return;
    tell('has another address after a restart of its agent', host.name);
    host.killAgent();
    host.address = `203.0.113.${random.between(1, 250)}`;
    restartLater(host, lastsMs);
  }

  function engineDies(host: SimulatedHost, lastsMs: number): void {
    if (host.engine.away) return;
    tell('its engine dies', host.name);
    host.engine.away = true;
    host.engine.breakEvents();
    later(lastsMs, () => {
      scheduler.note(`${host.name}: its engine is back`);
      host.engine.away = false;
    });
  }

  function runningOn(host: SimulatedHost): string | null {
    const running = host.engine.own(host.id).filter(({ status }) => status === 'running');
    return running.length > 0 ? random.pick(running).name : null;
  }

  function containerCrashes(host: SimulatedHost): void {
    const name = runningOn(host);
    if (name === null) return;
    tell('a container crashes', host.name);
    host.engine.exit(name, 1);
  }

  function containerRunsOutOfMemory(host: SimulatedHost): void {
    const name = runningOn(host);
    if (name === null) return;
    tell('a container runs out of memory', host.name);
    host.engine.exit(name, 137, [], true);
  }

  function containerIsRemoved(host: SimulatedHost): void {
    const name = runningOn(host);
    if (name === null) return;
    tell('somebody removes a container of ours', host.name);
    host.engine.removeByHand(name);
  }

  function containerSickens(host: SimulatedHost, lastsMs: number): void {
    const name = runningOn(host);
    if (name === null) return;
    tell('a container does not answer', host.name);
    host.engine.sicken(name);
    later(lastsMs, () => host.engine.recover(name));
  }

  function portIsTaken(host: SimulatedHost, lastsMs: number): void {
    tell('something foreign takes ports', host.name);
    const ports = [40_000, 40_001, 40_002, 40_003].filter(
      (port) =>
        !host.engine
          .own(host.id)
          .some(
            ({ name, status }) => status === 'running' && invariants.programOf(name)?.port === port,
          ),
    );
    for (const port of ports) host.engine.foreignPorts.add(port);
    later(lastsMs, () => host.engine.foreignPorts.clear());
  }

  function registryFails(host: SimulatedHost, lastsMs: number): void {
    tell('cannot pull images', host.name);
    host.engine.registryAway = true;
    later(lastsMs, () => {
      host.engine.registryAway = false;
    });
  }

  function gpuDisappears(host: SimulatedHost, lastsMs: number): void {
    tell('a GPU disappears', host.name);
    const gpu = random.pick(host.gpus);
    host.lostGpus.add(gpu);
    later(lastsMs, () => {
      host.lostGpus.delete(gpu);
    });
  }

  function networkIsCut(host: SimulatedHost, lastsMs: number): void {
    tell('is cut off', host.name);
    host.cut = true;
    later(lastsMs, () => {
      scheduler.note(`${host.name}: is connected`);
      host.cut = false;
    });
  }

  function allAreCut(_host: SimulatedHost, lastsMs: number): void {
    tell('all hosts are cut off', 'network');
    for (const host of hosts) host.cut = true;
    later(lastsMs, () => {
      scheduler.note('network: all hosts are connected');
      for (const host of hosts) host.cut = false;
    });
  }

  function hubDies(): void {
    tell('loses its memory', 'hub');
    random.pick(hubs.cells).evict();
  }

  function hubIsDeployed(): void {
    tell('is deployed, and drops all links', 'hub');
    for (const cell of hubs.cells) cell.redeploy();
  }

  function hubIsAway(_host: SimulatedHost, lastsMs: number): void {
    tell('is away', 'hub');
    const cell = random.pick(hubs.cells);
    cell.evict();
    cell.away = true;
    later(lastsMs, () => {
      cell.away = false;
    });
  }

  function alarmIsLost(): void {
    tell('loses its alarm', 'hub');
    random.pick(hubs.cells).storage.loseAlarm();
  }

  function alarmIsLate(_host: SimulatedHost, lastsMs: number): void {
    tell('has its alarm late', 'hub');
    random.pick(hubs.cells).storage.delayAlarm(lastsMs);
  }
}

/** Nothing is broken any more. */
export async function mendAll({
  hosts,
  hubs,
}: Pick<MishapOptions, 'hosts' | 'hubs'>): Promise<void> {
  for (const cell of hubs.cells) cell.away = false;
  for (const host of hosts) {
    const { engine } = host;
    host.up = true;
    host.cut = false;
    host.lostGpus.clear();
    if (host.killTwin()) host.killAgent(); // whoever stops the twin starts the right one again
    engine.away = false;
    engine.registryAway = false;
    engine.foreignPorts.clear();
    engine.recoverAll();
    await host.startAgent();
  }
}
