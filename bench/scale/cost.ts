import { syncsPerDeployment } from './deployments.ts';
import type { Measured } from './measure.ts';
import * as price from './prices.ts';

/** What is charged, counted. */
export interface Usage {
  workerRequests: number;
  objectRequests: number;
  objectSeconds: number;
  objectRowsRead: number;
  objectRowsWritten: number;
  databaseRequests: number;
  databaseRowsRead: number;
  databaseRowsWritten: number;
}

interface Rows {
  read: number;
  written: number;
}

/** src/hosts/model.ts, safetySyncMs. */
export const safetySyncsPerHour = 1;
/** The cron runs each minute; a tenth of the hubs is touched by it. */
const cronsPerHour = 60;
const pokesPerHour = 6;
/** src/hub/liveness.ts, clockMs: while one host is online or has a link. */
export const alarmsPerHour = 360;
const pingsPerHour = 450;

/**
 * What a call to a hub reads and writes in its storage: counted by src/hub/cost.test.ts, whatever its hosts. A hub that
 * sleeps between the calls reads its hosts once more for each.
 */
const seen: Rows = { read: 0, written: 1 };
const ring: Rows = { read: 0, written: 3 };
const wake: Rows = { read: 0, written: 2 };
/** For those who watch, of whom nothing is stored. */
const tell: Rows = { read: 0, written: 0 };
/** The same test's count of an alarm that wakes the hub and finds all well. */
const alarm = (hosts: number): Rows => ({ read: hosts + 4, written: 2 });

/**
 * One idle host with a link, for an hour: its safety sync, and its share of what its hub and the cron do meanwhile.
 * The time that hubs are awake is workerd's whole CPU time, and so too much.
 */
export function usageOfIdleHost(measured: Measured): Usage {
  const { hosts, hubs, idleCpu, idleMinute, unchanged } = measured;
  const share = hubs / hosts;
  const clock = alarm(hosts / hubs);
  const sync = unchanged.most;
  return {
    workerRequests: safetySyncsPerHour + cronsPerHour / hosts,
    objectRequests: safetySyncsPerHour + share * (alarmsPerHour + pokesPerHour),
    objectSeconds: (idleCpu * 3600) / hosts,
    objectRowsRead: safetySyncsPerHour * seen.read + share * alarmsPerHour * clock.read,
    objectRowsWritten: safetySyncsPerHour * seen.written + share * alarmsPerHour * clock.written,
    databaseRequests: safetySyncsPerHour * sync.requests + (60 * idleMinute.requests) / hosts,
    databaseRowsRead: safetySyncsPerHour * sync.read + (60 * idleMinute.read) / hosts,
    databaseRowsWritten: safetySyncsPerHour * sync.written + (60 * idleMinute.written) / hosts,
  };
}

/** One deployment of one replica, from its POST until it runs and its hub has nothing left to do. */
export function usageOfDeployment({ wholeWay }: Measured): Usage {
  const calls = [ring, wake, tell, ...Array<Rows>(syncsPerDeployment).fill(seen)];
  return {
    workerRequests: 1 + syncsPerDeployment,
    objectRequests: calls.length,
    // A hub works for milliseconds; what that costs is below what a row does.
    objectSeconds: 0,
    objectRowsRead: calls.reduce((sum, { read }) => sum + read, 0),
    objectRowsWritten: calls.reduce((sum, { written }) => sum + written, 0),
    databaseRequests: wholeWay.requests,
    databaseRowsRead: wholeWay.read,
    databaseRowsWritten: wholeWay.written,
  };
}

/** USD. */
export function priceOf(usage: Usage): number {
  return (
    usage.workerRequests * price.perWorkerRequest +
    usage.objectRequests * price.perObjectRequest +
    usage.objectSeconds * price.perObjectSecond +
    usage.objectRowsRead * price.perObjectRowRead +
    usage.objectRowsWritten * price.perObjectRowWritten +
    usage.databaseRowsRead * price.perDatabaseRowRead +
    usage.databaseRowsWritten * price.perDatabaseRowWritten
  );
}

/** USD per host and hour that pings would add if they were charged as messages. */
export const pingsUsd = pingsPerHour * price.requestsPerMessage * price.perObjectRequest;

/** USD per hub and hour that it would add if a hub were charged for all the time, and not only while it works. */
export const awakeUsd = 3600 * price.perObjectSecond;
