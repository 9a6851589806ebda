import { type Clock, pause } from '../clock.ts';
import { HubFaultError, ModelError } from './errors.ts';

export interface RetryPorts {
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  signal: AbortSignal;
  /** The hub is asked again after a pause; null: it gave something again. */
  onFault: (fault: string | null) => void;
}

/** In a row, without anything gained: a minute and a half. */
export const mostFaults = 8;
const firstPauseMs = 1000;
const longestPauseMs = 30_000;

/** As long as the hub asks, and longer each time; half of it by chance, so that many hosts spread. */
export async function pauseAfter(
  fault: HubFaultError,
  faults: number,
  { clock, random, signal, onFault }: RetryPorts,
): Promise<void> {
  onFault(fault.message);
  const ceiling = Math.min(longestPauseMs, firstPauseMs * 2 ** (faults - 1));
  await pause(clock, Math.max(fault.retry_after_ms, ceiling * (0.5 + random() / 2)), signal);
  signal.throwIfAborted();
}

/** The answer to a question that is asked again after a fault; `ModelError` after `most` of them. */
export async function askAgain<Result>(
  question: () => Promise<Result>,
  ports: RetryPorts & { what: string; hub_url: string },
  most = mostFaults,
): Promise<Result> {
  for (let faults = 1; ; faults++) {
    try {
      const result = await question();
      ports.onFault(null);
      return result;
    } catch (error) {
      if (!(error instanceof HubFaultError)) throw error;
      if (faults >= most) throw givenUp(`${ports.what} cannot be had`, ports.hub_url, error);
      await pauseAfter(error, faults, ports);
    }
  }
}

/** It is tried again by whoever wants it, later. */
export function givenUp(what: string, hubUrl: string, fault: HubFaultError): ModelError {
  return new ModelError(
    'model_download_failed',
    `${what} from ${hubUrl}: ${fault.message}.`,
    'restarting',
  );
}
