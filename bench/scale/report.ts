import { cpus } from 'node:os';
import { percentile } from '../statistics.ts';
import { billOf, safetySyncsPerHour } from './cost.ts';
import { concurrency, type Measured, meanCost } from './measure.ts';
import * as price from './prices.ts';

type Value = (measured: Measured) => number;

/** The table of a whole run: a column for each size, and how the last compares to the first. */
export function report(runs: readonly Measured[], residentBytes: number): string {
  const row = (name: string, of: Value, digits = 1) => line(name, runs.map(of), digits);
  const ms = (name: string, of: (measured: Measured) => number[]) => [
    row(`${name}, p50`, (run) => percentile(of(run), 0.5)),
    row(`${name}, p99`, (run) => percentile(of(run), 0.99)),
  ];
  const times = (key: 'bell' | 'launch' | 'replied') => (run: Measured) =>
    run.dispatches.map((dispatch) => dispatch[key]);
  const cost = (part: 'post' | 'syncs', key: 'requests' | 'read' | 'written') => (run: Measured) =>
    meanCost(run.dispatches.map((dispatch) => dispatch[part]))[key];
  const micro = (name: string, of: Value) => row(name, (run) => of(run) * 1e6, 2);
  return [
    `One control plane, simulated agents in one process, ${cpus().length} cores for everything.`,
    '',
    pad('Hosts') + runs.map(({ hosts }) => column(String(hosts))).join('') + column('growth'),
    row('hubs', ({ hubs }) => hubs, 0),
    row('enrolled, linked and synced, a second', (run) => run.enrolledPerSecond),
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
    row('requests in its 3 syncs', cost('syncs', 'requests')),
    row('rows read in its 3 syncs', cost('syncs', 'read')),
    row('rows written in its 3 syncs', cost('syncs', 'written')),
    'Idle, every host with its link',
    row('workerd, MB', (run) => run.residentBytes / 1e6),
    row('KB a host, over none', (run) => (run.residentBytes - residentBytes) / run.hosts / 1e3),
    row('workerd, ms of CPU a second', (run) => run.idleCpu * 1000),
    'Per idle host and hour',
    row('database requests', ({ unchanged }) => safetySyncsPerHour * unchanged.most.requests, 0),
    row('database rows read', ({ unchanged }) => safetySyncsPerHour * unchanged.most.read, 0),
    row('hub requests of its own', () => safetySyncsPerHour, 0),
    row('hub requests, with its share of alarms', (run) => {
      return safetySyncsPerHour + (billOf(run).hub.alarms * run.hubs) / run.hosts;
    }),
    'Per hub and hour (modelled, but for its time)',
    row('alarms', (run) => billOf(run).hub.alarms, 0),
    row('rows read by them', (run) => billOf(run).hub.rowsRead, 0),
    row('rows written by them', (run) => billOf(run).hub.rowsWritten, 0),
    row('seconds awake', (run) => billOf(run).hub.awakeSeconds),
    'Millionths of a USD',
    micro('a safety sync', (run) => billOf(run).sync),
    micro('a hub, an hour', (run) => billOf(run).hub.usd),
    micro('an idle host, an hour', (run) => billOf(run).host),
    micro('a deployment', (run) => billOf(run).deployment),
    ...formula(runs),
    '',
  ].join('\n');
}

function formula(runs: readonly Measured[]): string[] {
  const last = runs.at(-1);
  if (!last) return [];
  const { host, pings, hub } = billOf(last);
  const perMillion = (usd: number) => usd * 1e6;
  return [
    '',
    `With ${last.hosts} hosts an idle one costs ${(host * 730).toFixed(5)} USD a month (730 h), before what a plan includes.`,
    `If pings were charged as messages, it would be ${((host + pings) * 730).toFixed(5)}.`,
    `If hubs were billed all the time, a hub would cost ${(perMillion(3600 * price.perObjectSecond + hub.usd - hub.awakeSeconds * price.perObjectSecond) / 1e6).toFixed(5)} USD an hour, not ${hub.usd.toFixed(5)}.`,
    'safety sync = Worker request + hub request + its rows in the hub + database rows',
    'hub = alarms x (object request + rows read + rows written) + seconds awake',
    'idle host = safety sync + hub / hosts of a hub',
    'deployment = 4 x (Worker request + hub request + its rows) + database rows of POST and syncs',
    `USD per million: Worker request ${perMillion(price.perWorkerRequest).toFixed(2)}, object request ${perMillion(price.perObjectRequest).toFixed(2)}, object row written ${perMillion(price.perObjectRowWritten).toFixed(2)}, read ${perMillion(price.perObjectRowRead).toFixed(3)}, object second ${perMillion(price.perObjectSecond).toFixed(2)} (Cloudflare);`,
    `  database row written ${perMillion(price.perDatabaseRowWritten).toFixed(2)}, read ${perMillion(price.perDatabaseRowRead).toFixed(3)} (Turso, about). Sources: bench/scale/prices.ts.`,
  ];
}

function line(name: string, values: readonly number[], digits: number): string {
  const growth = (values.at(-1) ?? Number.NaN) / (values[0] ?? Number.NaN);
  return (
    pad(`  ${name}`) +
    values.map((value) => column(value.toFixed(digits))).join('') +
    column(Number.isFinite(growth) ? `x${growth.toFixed(2)}` : '')
  );
}

function pad(text: string): string {
  return text.padEnd(44);
}

function column(text: string): string {
  return text.padStart(10);
}
