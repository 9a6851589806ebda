import { cpus, totalmem } from 'node:os';
import { percentile } from '../statistics.ts';
import {
  alarmsPerHour,
  awakeUsd,
  pingsUsd,
  priceOf,
  type Usage,
  usageOfDeployment,
  usageOfIdleHost,
} from './cost.ts';
import { concurrency, type Measured, meanCost } from './measure.ts';
import * as price from './prices.ts';

type Value = (measured: Measured) => number;

const hoursPerMonth = 730;

/** The tables of a whole run: what was measured, and what it costs. */
export function report(runs: readonly Measured[], residentBytes: number): string {
  const memory = (totalmem() / 1024 ** 3).toFixed(0);
  const date = new Date().toISOString().slice(0, 10);
  return [
    `${date}, ${cpus().length} cores and ${memory} GiB for everything, simulated agents in one process.`,
    '',
    table(runs, residentBytes),
    '',
    ...costs(runs),
    '',
  ].join('\n');
}

/** A column for each size, and how the last compares to the first. */
export function table(runs: readonly Measured[], residentBytes: number): string {
  const row = (name: string, of: Value, digits = 1) => line(name, runs.map(of), digits);
  const ms = (name: string, of: (measured: Measured) => number[]) => [
    row(`${name}, p50`, (run) => percentile(of(run), 0.5)),
    row(`${name}, p99`, (run) => percentile(of(run), 0.99)),
  ];
  const times = (key: 'bell' | 'launch' | 'replied') => (run: Measured) =>
    run.dispatches.map((dispatch) => dispatch[key]);
  const cost = (part: 'post' | 'syncs', key: 'requests' | 'read' | 'written') => (run: Measured) =>
    meanCost(run.dispatches.map((dispatch) => dispatch[part]))[key];
  return [
    head('Hosts', runs),
    row('hubs', ({ hubs }) => hubs, 0),
    row('hosts of the fullest hub', ({ mostOfAHub }) => mostOfAHub, 0),
    row('enrolled, linked and synced, a second', (run) => run.enrolledPerSecond),
    row('calls that took over 4 s', ({ stalls }) => stalls, 0),
    `Unchanged syncs, ${concurrency} at a time`,
    row('a second', (run) => run.syncsPerSecond),
    ...ms('one at a time, ms', (run) => run.syncMs),
    row('database requests, most', ({ unchanged }) => unchanged.most.requests, 0),
    row('rows read, least', ({ unchanged }) => unchanged.least.read, 0),
    row('rows read, most', ({ unchanged }) => unchanged.most.read, 0),
    row('rows written, most', ({ unchanged }) => unchanged.most.written, 0),
    'One deployment on one host, ms from POST',
    ...ms('the bell rings', times('bell')),
    ...ms('the agent has the launch', times('launch')),
    ...ms('the reply to the POST', times('replied')),
    'One deployment, the database',
    row('requests in the POST', cost('post', 'requests')),
    row('rows read in the POST', cost('post', 'read')),
    row('rows written in the POST', cost('post', 'written')),
    row('rows read in its 3 syncs', cost('syncs', 'read')),
    row('rows written in its 3 syncs', cost('syncs', 'written')),
    row('requests, whole way, hub included', ({ wholeWay }) => wholeWay.requests),
    row('rows read, whole way, hub included', ({ wholeWay }) => wholeWay.read),
    row('rows written, whole way, hub included', ({ wholeWay }) => wholeWay.written),
    'A minute of idleness, every host with its link',
    row('workerd, MB', (run) => run.residentBytes / 1e6),
    row('KB a host, over one', (run) => (run.residentBytes - residentBytes) / run.hosts / 1e3),
    row('workerd, ms of CPU a second', (run) => run.idleCpu * 1000),
    row('database requests, of all hosts', ({ idleMinute }) => idleMinute.requests, 0),
    row('database rows read, of all hosts', ({ idleMinute }) => idleMinute.read, 0),
    row('database rows written, of all hosts', ({ idleMinute }) => idleMinute.written, 0),
  ].join('\n');
}

function costs(runs: readonly Measured[]): string[] {
  const row = (name: string, of: Value, digits: number) => line(name, runs.map(of), digits);
  const rows = (usageOf: (run: Measured) => Usage, digits: number) => {
    const part = (name: string, key: keyof Usage) => row(name, (run) => usageOf(run)[key], digits);
    return [
      part('Workers requests', 'workerRequests'),
      part('Durable Object requests', 'objectRequests'),
      part('Durable Object seconds', 'objectSeconds'),
      part('Durable Object rows read', 'objectRowsRead'),
      part('Durable Object rows written', 'objectRowsWritten'),
      part('database requests', 'databaseRequests'),
      part('database rows read', 'databaseRowsRead'),
      part('database rows written', 'databaseRowsWritten'),
    ];
  };
  const perMillion = (usd: number) => (usd * 1e6).toFixed(3).replace(/0$/, '');
  const last = runs.at(-1);
  return [
    head('One idle host, an hour', runs),
    ...rows(usageOfIdleHost, 2),
    row('USD per thousand hours', (run) => priceOf(usageOfIdleHost(run)) * 1e3, 5),
    row('USD a month', (run) => priceOf(usageOfIdleHost(run)) * hoursPerMonth, 5),
    row(
      'if pings were charged',
      (run) => {
        return (priceOf(usageOfIdleHost(run)) + pingsUsd) * hoursPerMonth;
      },
      5,
    ),
    row(
      'if hubs were charged all the time',
      (run) => {
        const usage = { ...usageOfIdleHost(run), objectSeconds: 0 };
        return (priceOf(usage) + (awakeUsd * run.hubs) / run.hosts) * hoursPerMonth;
      },
      5,
    ),
    '',
    head('One deployment, from POST to running', runs),
    ...rows(usageOfDeployment, 1),
    row('USD per thousand', (run) => priceOf(usageOfDeployment(run)) * 1e3, 5),
    '',
    `An idle hour is 1 safety sync (counted), 60 of the idle minutes above (counted), and ${alarmsPerHour} alarms and 6 touches of`,
    'each hub, shared by its hosts. What they read and write in the hub is counted by src/hub/cost.test.ts.',
    `USD per million (${price.asOf}): Workers request ${perMillion(price.perWorkerRequest)}, object request ${perMillion(price.perObjectRequest)}, object row written ${perMillion(price.perObjectRowWritten)},`,
    `read ${perMillion(price.perObjectRowRead)}, object second ${perMillion(price.perObjectSecond)}, database row written ${perMillion(price.perDatabaseRowWritten)}, read ${perMillion(price.perDatabaseRowRead)}. Sources: bench/scale/prices.ts.`,
    ...(last && last.wholeWay.written > promisedRows
      ? [`Promised: at most ${promisedRows} rows written by a deployment; it does NOT hold.`]
      : []),
  ];
}

/** Design: "Promises", Cost. */
const promisedRows = 30;

function head(name: string, runs: readonly Measured[]): string {
  const growth = runs.length > 1 ? column('growth') : '';
  return pad(name) + runs.map(({ hosts }) => column(String(hosts))).join('') + growth;
}

function line(name: string, values: readonly number[], digits: number): string {
  const growth = (values.at(-1) ?? Number.NaN) / (values[0] ?? Number.NaN);
  return (
    pad(`  ${name}`) +
    values.map((value) => column(value.toFixed(digits))).join('') +
    (values.length > 1 && Number.isFinite(growth) ? column(`x${growth.toFixed(2)}`) : '')
  );
}

function pad(text: string): string {
  return text.padEnd(44);
}

function column(text: string): string {
  return text.padStart(10);
}
