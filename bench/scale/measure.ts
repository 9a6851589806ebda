import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { ProcessUse } from '../proc.ts';
import { type Api, type Cost, sumOf } from './api.ts';
import { type CountingDatabase, difference } from './database.ts';
import { type Dispatch, deploy, dispatch, remove } from './deployments.ts';
import { enrol, type SimulatedHost } from './host.ts';
import { inLanes } from './lanes.ts';

/** What was measured with so many hosts. */
export interface Measured {
  hosts: number;
  hubs: number;
  /** The most hosts that one of them has. */
  mostOfAHub: number;
  /** Of those that came with this size: from the enrolment on, with link and first sync. */
  enrolledPerSecond: number;
  syncsPerSecond: number;
  /** Every unchanged sync of one round over all hosts. */
  unchanged: { least: Cost; most: Cost };
  /** Of syncs one after another. */
  syncMs: number[];
  dispatches: Dispatch[];
  /** The database's own count of one whole deployment until all is done, the hub's work too; the mean of some. */
  wholeWay: Cost;
  /** The database's own count of a minute without a sync, with one run of the cron. */
  idleMinute: Cost;
  /** Calls that took longer than 4 s. */
  stalls: number;
  /** Of workerd, with all hosts idle. */
  residentBytes: number;
  /** Seconds of workerd's CPU per second while every host is idle. */
  idleCpu: number;
}

export const concurrency = 16;
const deployments = 50;
const syncs = 1000;
const alone = 50;
const counted = 5;
/** One run of the cron, six alarms of each hub, and seven pings of each host. */
const idleMs = 60_000;
const Token = z.object({ token: z.string() });

export interface Bench {
  api: Api;
  token: string;
  workerd: ProcessUse;
  database: CountingDatabase;
  /** Says what is being done. */
  progress(line: string): void;
}

/** Enrols hosts until `hosts` has `size`, and measures. */
export async function measure(
  { api, token, workerd, database, progress }: Bench,
  hosts: SimulatedHost[],
  size: number,
): Promise<Measured> {
  const more = size - hosts.length;
  api.stalls();
  progress(`${more} hosts enrol, link and sync`);
  const begun = performance.now();
  await grow(api, token, hosts, size);
  const enrolledPerSecond = more / ((performance.now() - begun) / 1000);

  const hubSizes = await database.hubSizes();
  progress(`${idleMs / 1000} s of idleness`);
  const before = await database.counted();
  const cpu = workerd.cpuSeconds();
  await delay(idleMs, undefined, { signal: api.signal });
  const idleCpu = (workerd.cpuSeconds() - cpu) / (idleMs / 1000);
  const residentBytes = workerd.residentBytes();
  const idleMinute = difference(await database.counted(), before);

  progress('unchanged syncs');
  const costs: Cost[] = [];
  await inLanes(hosts, concurrency, async (host) => void costs.push((await host.sync()).cost));
  const syncMs: number[] = [];
  for (const host of picked(hosts, alone)) {
    const at = performance.now();
    await host.sync();
    syncMs.push(performance.now() - at);
  }
  const turns = Array.from({ length: Math.ceil(syncs / size) }, () => hosts).flat();
  const from = performance.now();
  await inLanes(turns, concurrency, async (host) => void (await host.sync()));
  const syncsPerSecond = turns.length / ((performance.now() - from) / 1000);

  progress(`${deployments} deployments one after another`);
  const dispatches: Dispatch[] = [];
  for (const [index, host] of picked(hosts, deployments).entries()) {
    dispatches.push(await dispatch(api, token, host, `scale-${size}-${index}`));
  }
  progress(`${counted} deployments, counted`);
  const whole: Cost[] = [];
  for (const [index, host] of picked(hosts, counted).entries()) {
    const name = `counted-${size}-${index}`;
    whole.push(await database.costOf(async () => void (await deploy(api, token, host, name))));
    await remove(api, token, host, name);
  }
  return {
    hosts: size,
    hubs: hubSizes.length,
    mostOfAHub: Math.max(...hubSizes),
    enrolledPerSecond,
    syncsPerSecond,
    unchanged: { least: extreme(costs, Math.min), most: extreme(costs, Math.max) },
    syncMs,
    dispatches,
    wholeWay: meanCost(whole),
    idleMinute,
    stalls: api.stalls(),
    residentBytes,
    idleCpu,
  };
}

async function grow(api: Api, token: string, hosts: SimulatedHost[], size: number): Promise<void> {
  const names = Array.from({ length: size - hosts.length }, (_, index) => hosts.length + index);
  const uses = names.length;
  const { body } = await api.call('POST', '/api/v1/enrollment-tokens', token, { uses });
  const enrolment = Token.parse(body).token;
  await inLanes(names, concurrency, async (number) => {
    const host = await enrol(api, enrolment, `host-${number}`);
    hosts.push(host);
    await host.open();
    await host.sync({ instances: [] });
  });
}

/** `count` hosts, spread evenly; each several times where there are fewer. */
function picked(hosts: readonly SimulatedHost[], count: number): SimulatedHost[] {
  return Array.from({ length: count }, (_, index) => {
    const at = hosts.length >= count ? Math.floor((index * hosts.length) / count) : index;
    return hosts[at % hosts.length] as SimulatedHost;
  });
}

function extreme(costs: readonly Cost[], of: (...values: number[]) => number): Cost {
  return {
    requests: of(...costs.map(({ requests }) => requests)),
    read: of(...costs.map(({ read }) => read)),
    written: of(...costs.map(({ written }) => written)),
  };
}

/** The mean of one deployment. */
export function meanCost(costs: readonly Cost[]): Cost {
  const { requests, read, written } = sumOf(costs);
  const { length } = costs;
  return { requests: requests / length, read: read / length, written: written / length };
}
