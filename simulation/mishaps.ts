import type { Faults } from './faults.ts';
import type { SimulatedHost } from './host.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export interface MishapOptions {
  scheduler: Scheduler;
  random: Random;
  faults: Faults;
  hosts: readonly SimulatedHost[];
  untilMs: number;
}

/** What goes wrong with hosts, agents, engines, containers and the network between, at times of the seed's choice. */
export function injectFaults({ scheduler, random, faults, hosts, untilMs }: MishapOptions): void {
  const mishaps = [
    agentCrashes,
    agentCrashes,
    hostCrashes,
    engineDies,
    containerCrashes,
    networkIsCut,
  ];
  const count = random.between(0, 20);
  for (let number = 0; number < count; number += 1) {
    const [mishap, host, lastsMs] = [
      random.pick(mishaps),
      random.pick(hosts),
      random.pick([500, 3000, 15_000, 40_000, 90_000]),
    ];
    scheduler.after(random.between(0, untilMs - 1), () => mishap(host, lastsMs));
  }

  /** The end of a mishap; when the faults are over everything ends. */
  function later(ms: number, end: () => void | Promise<void>): void {
    scheduler.after(ms, () => (faults.over ? undefined : end()));
  }

  function agentCrashes(host: SimulatedHost, lastsMs: number): void {
    if (!host.agentRuns) return;
    scheduler.note(`${host.name}: its agent dies`);
    host.killAgent();
    later(lastsMs, async () => {
      scheduler.note(`${host.name}: its agent starts`);
      await host.startAgent();
    });
  }

  function hostCrashes(host: SimulatedHost, lastsMs: number): void {
    if (!host.up) return;
    scheduler.note(`${host.name}: loses its power`);
    host.crash();
    later(lastsMs, async () => {
      scheduler.note(`${host.name}: boots`);
      host.up = true;
      await host.startAgent();
    });
  }

  function engineDies(host: SimulatedHost, lastsMs: number): void {
    if (host.engine.away) return;
    scheduler.note(`${host.name}: its engine dies`);
    host.engine.away = true;
    host.engine.breakEvents();
    later(lastsMs, () => {
      scheduler.note(`${host.name}: its engine is back`);
      host.engine.away = false;
    });
  }

  function containerCrashes(host: SimulatedHost): void {
    const running = host.engine.own(host.id).filter(({ status }) => status === 'running');
    if (running.length === 0) return;
    const { name } = random.pick(running);
    scheduler.note(`${host.name}: ${name} crashes`);
    host.engine.exit(name, 1);
  }

  function networkIsCut(host: SimulatedHost, lastsMs: number): void {
    scheduler.note(`${host.name}: is cut off`);
    host.cut = true;
    later(lastsMs, () => {
      scheduler.note(`${host.name}: is connected`);
      host.cut = false;
    });
  }
}
