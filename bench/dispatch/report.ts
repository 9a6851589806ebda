import { cpus } from 'node:os';
import { spreadOf } from '../statistics.ts';
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
  const docker = rounds.map((round) => round.docker);
  const longshore = rounds.map((round) => round.longshore);
  const swarm = rounds.flatMap((round) => round.swarm ?? []);
  const withSwarm = swarm.length > 0;
  const over = (other: (round: Round) => number, plain: (round: Round) => number) =>
    rounds.map((round) => other(round) - plain(round));
  const overhead = over(
    ({ longshore }) => longshore.started,
    ({ docker }) => docker.started,
  );
  const askedOverhead = over(
    ({ longshore }) => longshore.asked,
    ({ docker }) => docker.asked,
  );
  const readyOverhead = over(
    ({ longshore }) => longshore.ready,
    ({ docker }) => docker.ready,
  );
  const started = times(docker, 'started');
  const ready = times(docker, 'ready');
  const columns = [docker, longshore, ...(withSwarm ? [swarm] : [])];
  const share = (of: (timeline: Timeline) => number) =>
    columns.map((runs) => cell(spreadOf(runs.map(of)))).join('');
  const { p50 } = spreadOf(overhead);
  return [
    `${about.image} on Docker ${about.engine}, ${cpus().length} cores, ${rounds.length} rounds. Milliseconds.`,
    '',
    `${pad('')}${head('p50')}${head('p95')}${head('x p50')}${head('x p95')}`,
    'Until the container has started',
    compared('docker create + start', started, started),
    compared('Longshore, from POST', times(longshore, 'started'), started),
    ...(withSwarm ? [compared('docker service create', times(swarm, 'started'), started)] : []),
    'Until it answers',
    compared('docker create + start', ready, ready),
    compared('Longshore, `running` in the API', times(longshore, 'ready'), ready),
    ...(withSwarm ? [compared('docker service create', times(swarm, 'ready'), ready)] : []),
    'Over docker create + start of the same round',
    plain('Longshore, the engine is asked', askedOverhead),
    plain('Longshore, started', overhead),
    plain('Longshore, running', readyOverhead),
    ...(withSwarm
      ? [
          plain(
            'docker service create, started',
            over(
              ({ swarm }) => swarm?.started ?? Number.NaN,
              ({ docker }) => docker.started,
            ),
          ),
        ]
      : []),
    '',
    `${pad('Where the time goes (p50 / p95)')}${cells(['docker', 'Longshore', ...(withSwarm ? ['service'] : [])])}`,
    `${pad('  until the engine is asked')}${share(({ asked }) => asked)}`,
    `${pad('  the engine creates')}${share(({ asked, created }) => created - asked)}`,
    `${pad('  the engine starts')}${share(({ created, started }) => started - created)}`,
    `${pad('  until it answers')}${share(({ started, ready }) => ready - started)}`,
    '',
    `${pad('Longshore, from POST (p50, p95)')}${head('p50')}${head('p95')}`,
    plain('the database, in the POST', times(longshore, 'database')),
    plain('the reply to the POST', times(longshore, 'replied')),
    plain('the agent has the launch spec', times(longshore, 'informed')),
    plain('the engine is asked', times(longshore, 'asked')),
    plain('the container has started', times(longshore, 'started')),
    plain('the agent sees it answer', times(longshore, 'running')),
    plain('the API says `running`', times(longshore, 'ready')),
    '',
    `Promised: at most ${promisedMs} ms over docker create + start (p50). Measured: ${number(p50)} ms, ${p50 <= promisedMs ? 'it holds' : 'it does NOT hold'}.`,
    '',
  ].join('\n');
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
  return plain(name, values) + ratios.map((ratio) => head(ratio.toFixed(2))).join('');
}

function plain(name: string, values: readonly number[]): string {
  const { p50, p95 } = spreadOf(values);
  return pad(`  ${name}`) + head(number(p50)) + head(number(p95));
}

function cells(texts: readonly string[]): string {
  return texts.map((text) => text.padStart(18)).join('');
}

function cell({ p50, p95 }: { p50: number; p95: number }): string {
  return cells([`${number(p50)} / ${number(p95)}`]);
}

function pad(text: string): string {
  return text.padEnd(36);
}

function head(text: string): string {
  return text.padStart(9);
}

function number(ms: number): string {
  return ms.toFixed(1);
}
