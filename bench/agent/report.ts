import { spreadOf } from '../statistics.ts';

/** What a minute costs in which nothing happens. */
export interface IdleMinute {
  containers: number;
  residentBytes: number;
  cpuSeconds: number;
  seconds: number;
  /** Requests to the control plane. */
  requests: number;
}

export interface Figures {
  idle: readonly IdleMinute[];
  /** Milliseconds from the end of a container until the API tells it. */
  deaths: readonly number[];
  /** Milliseconds from the start of an agent's process until all its containers were adopted and told. */
  starts: readonly number[];
  containers: number;
}

/** Design: "Promises", Frugal. */
const promisedBytes = 80 * 1024 ** 2;
const promisedShare = 0.005;

export function report({ idle, deaths, starts, containers }: Figures, about: string): string {
  const isKept = idle.every(
    ({ residentBytes, cpuSeconds, seconds }) =>
      residentBytes < promisedBytes && cpuSeconds / seconds < promisedShare,
  );
  return [
    about,
    '',
    ...idle.map(
      ({ containers: held, residentBytes, cpuSeconds, seconds, requests }) =>
        `Idle with ${String(held).padStart(2)} containers   ${(residentBytes / 1024 ** 2).toFixed(1)} MiB resident, ${((100 * cpuSeconds) / seconds).toFixed(2)} % of a core, ${requests} requests in ${seconds.toFixed(0)} s`,
    ),
    `Promised: below 80 MiB and 0.5 % of a core; ${isKept ? 'it holds' : 'it does NOT hold'}.`,
    '',
    `From a container's end until the API tells it      ${spread(deaths)}`,
    `From the agent's start until ${containers} containers are told  ${spread(starts)}`,
    '',
  ].join('\n');
}

function spread(values: readonly number[]): string {
  const { p50, p95 } = spreadOf(values);
  return `p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms (${values.length} times)`;
}
