import type { Cost } from './api.ts';
import { syncsPerDeployment } from './deployments.ts';
import { type Measured, meanCost } from './measure.ts';
import * as price from './prices.ts';

/** USD, and what it is made of. */
export interface Bill {
  /** Of the safety sync, per host and hour. */
  sync: number;
  /** Of the hubs' alarms, per hub and hour. */
  hub: HubBill;
  /** Both, per host and hour. */
  host: number;
  /** What the pings would add, per host and hour, if they were charged. */
  pings: number;
  /** Of one deployment of one replica, until it runs. */
  deployment: number;
}

export interface HubBill {
  alarms: number;
  rowsRead: number;
  rowsWritten: number;
  awakeSeconds: number;
  usd: number;
}

/** src/hosts/model.ts, safetySyncMs. */
export const safetySyncsPerHour = 1;
/** src/hub/liveness.ts, clockMs: while one host is online or has a link. */
const alarmSeconds = 10;
const pingSeconds = 8;
/** src/hub/hub.ts: `alarm` lists its hosts in `judge`, `ringAgain` and `arm`. */
const listsPerAlarm = 3;
/** It drops its wanted time, and writes organisation, wanted time and alarm. */
const writesPerAlarm = 4;
/** `seen` reads its host and lists all; it writes its host and the organisation. */
const writesPerCall = 2;

/** Pure: counted figures in, USD out. The hub's own rows are modelled from its code: nothing outside it counts them. */
export function billOf(measured: Measured): Bill {
  const { hosts, hubs, idleCpu } = measured;
  const hostsPerHub = hosts / hubs;
  const callCost =
    price.perObjectRequest +
    (hostsPerHub + 1) * price.perObjectRowRead +
    writesPerCall * price.perObjectRowWritten;
  const alarms = 3600 / alarmSeconds;
  const hub: HubBill = {
    alarms,
    rowsRead: alarms * listsPerAlarm * hostsPerHub,
    rowsWritten: alarms * writesPerAlarm,
    awakeSeconds: (idleCpu * 3600) / hubs,
    usd: 0,
  };
  hub.usd =
    alarms * price.perObjectRequest +
    hub.rowsRead * price.perObjectRowRead +
    hub.rowsWritten * price.perObjectRowWritten +
    hub.awakeSeconds * price.perObjectSecond;
  const sync =
    safetySyncsPerHour * (price.perWorkerRequest + callCost + databaseUsd(measured.unchanged.most));
  const post = meanCost(measured.dispatches.map((dispatch) => dispatch.post));
  const syncs = meanCost(measured.dispatches.map((dispatch) => dispatch.syncs));
  return {
    sync,
    hub,
    host: sync + hub.usd / hostsPerHub,
    pings: (3600 / pingSeconds) * price.requestsPerMessage * price.perObjectRequest,
    // The POST rings once; each sync tells the hub once.
    deployment:
      (1 + syncsPerDeployment) * (price.perWorkerRequest + callCost) +
      databaseUsd(post) +
      databaseUsd(syncs),
  };
}

function databaseUsd({ read, written }: Cost): number {
  return read * price.perDatabaseRowRead + written * price.perDatabaseRowWritten;
}
