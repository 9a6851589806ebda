import { cpus } from 'node:os';
import { type Spread, spreadOf } from '../statistics.ts';
import type { AgentTimes, LongshoreTimeline } from './longshore.ts';
import type { Timeline } from './timeline.ts';

/** One round: every variant once. */
export interface Round {
  docker: Timeline;
  longshore: LongshoreTimeline & AgentTimes;
  swarm: Timeline | null;
}

/** Design: "Promises", Latency. */
const promisedMs = 80;

/** The table of a whole run. */
export function report(rounds: readonly Round[], about: { image: string; engine: string }): string {
  const overhead = spreadOf(over(rounds, 'started')).p50;
  const verdict = overhead <= promisedMs ? 'it holds' : 'it does NOT hold';
  return [
    `${about.image} on Docker ${about.engine}, ${cpus().length} cores, ${rounds.length} rounds. Milliseconds.`,
    ...comparison(rounds),
    ...shares(rounds),
    ...stations(rounds),
    '',
    `Promised: at most ${promisedMs} ms over docker create + start (p50). Measured: ${number(overhead)} ms; ${verdict}.`,
    '',
  ].join('\n');
}

function comparison(rounds: readonly Round[]): string[] {
  const { docker, longshore, swarm } = byVariant(rounds);
  const row = (name: string, values: readonly number[], base: readonly number[]) =>
    values.length === 0 ? [] : [compared(name, values, base)];
  const started = times(docker, 'started');
  const ready = times(docker, 'ready');
  return [
    '',
    pad('') + ['p50', 'p95', 'x p50', 'x p95'].map(column).join(''),
    'Until the container has started',
    ...row('docker create + start', started, started),
    ...row('Longshore, from POST', times(longshore, 'started'), started),
    ...row('docker service create', times(swarm, 'started'), started),
    'Until it answers',
    ...row('docker create + start', ready, ready),
    ...row('Longshore, from POST', times(longshore, 'ready'), ready),
    ...row('Longshore, `running` in the API', times(longshore, 'running'), ready),
    ...row('docker service create', times(swarm, 'ready'), ready),
    'Longshore over docker, by round',
    plain('until the engine is asked', over(rounds, 'asked')),
    plain('until the container has started', over(rounds, 'started')),
    plain('until it answers', over(rounds, 'ready')),
  ];
}

function over(rounds: readonly Round[], key: keyof Timeline): number[] {
  return rounds.map(({ docker, longshore }) => longshore[key] - docker[key]);
}

/** The same steps of every variant, each by itself. */
function shares(rounds: readonly Round[]): string[] {
  const { docker, longshore, swarm } = byVariant(rounds);
  const columns: [string, readonly Timeline[]][] = [
    ['docker', docker],
    ['Longshore', longshore],
    ['service', swarm],
  ];
  const shown = columns.filter(([, runs]) => runs.length > 0);
  const row = (name: string, of: (timeline: Timeline) => number) =>
    pad(`  ${name}`) + shown.map(([, runs]) => pair(spreadOf(runs.map(of)))).join('');
  return [
    '',
    pad('Where the time goes, p50 / p95') + shown.map(([name]) => wide(name)).join(''),
    row('until the engine is asked', ({ asked }) => asked),
    row('the engine creates', ({ asked, created }) => created - asked),
    row('the engine starts', ({ created, started }) => started - created),
    row('until it answers', ({ started, ready }) => ready - started),
  ];
}

/** How far Longshore has come when. */
function stations(rounds: readonly Round[]): string[] {
  const { longshore } = byVariant(rounds);
  return [
    '',
    pad('Longshore, since the POST') + ['p50', 'p95'].map(column).join(''),
    plain('(the database, in the POST)', times(longshore, 'database')),
    plain('the reply to the POST', times(longshore, 'replied')),
    plain('the agent has the launch spec', times(longshore, 'informed')),
    plain('the engine is asked', times(longshore, 'asked')),
    plain('the container has started', times(longshore, 'started')),
    plain('it answers', times(longshore, 'ready')),
    plain('the agent has noticed', times(longshore, 'noticed')),
    plain('the API says `running`', times(longshore, 'running')),
  ];
}

function byVariant(rounds: readonly Round[]) {
  return {
    docker: rounds.map(({ docker }) => docker),
    longshore: rounds.map(({ longshore }) => longshore),
    swarm: rounds.flatMap(({ swarm }) => swarm ?? []),
  };
}

function times<Key extends string>(
  runs: readonly Readonly<Record<Key, number>>[],
  key: Key,
): number[] {
  return runs.map((run) => run[key]);
}

/** A row with its ratios to plain Docker's percentiles. */
function compared(name: string, values: readonly number[], base: readonly number[]): string {
  const [own, other] = [spreadOf(values), spreadOf(base)];
  const ratios = [own.p50 / other.p50, own.p95 / other.p95];
  return plain(name, values) + ratios.map((ratio) => column(ratio.toFixed(2))).join('');
}

function plain(name: string, values: readonly number[]): string {
  const { p50, p95 } = spreadOf(values);
  return pad(`  ${name}`) + column(number(p50)) + column(number(p95));
}

function pair({ p50, p95 }: Spread): string {
  return wide(`${number(p50)} / ${number(p95)}`);
}

function pad(text: string): string {
  return text.padEnd(36);
}

function column(text: string): string {
  return text.padStart(9);
}

function wide(text: string): string {
  return text.padStart(18);
}

function number(ms: number): string {
  return ms.toFixed(1);
}
