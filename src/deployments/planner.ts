import type { Database } from '../db/client.ts';
import { type Reconciled, reconcile } from './reconcile.ts';
import { selectPending } from './store/instances.ts';
import type { SharedHosts } from './world.ts';

/** Deployments that wait for room at once; the clock finds those beyond it. */
const longestLine = 1000;

/** After this the hosts are read again, in milliseconds. */
const readingLastsMs = 5000;

interface PlannerOptions {
  orgId: string;
  /** Called for each piece of work: a client must not outlive the call that opened it. */
  openDatabase: () => Database;
  /** Milliseconds since 1970. */
  now: () => number;
  /** After a step of a deployment: its hosts are to be rung. */
  done: (step: Reconciled, deploymentId: string) => Promise<void>;
}

/**
 * The planner of an organisation's hub. Many may wait for room, and each asks all hosts: those in line share one
 * reading, until one of them takes something. What grows meanwhile forms a line of its own, with a reading of its own.
 */
export function createPlanner({ orgId, openDatabase, now, done }: PlannerOptions) {
  let shared: SharedHosts = { hosts: null };
  let readUntil = 0;

  const sharedNow = (): SharedHosts => {
    if (now() >= readUntil) {
      shared = { hosts: null };
      readUntil = now() + readingLastsMs;
    }
    return shared;
  };

  return {
    /** A line begins. @returns who waits, the oldest first */
    async waiting(): Promise<string[]> {
      readUntil = 0;
      const rows = await selectPending(openDatabase(), orgId, longestLine);
      return rows.map(({ deploymentId }) => deploymentId);
    },

    /** Takes the next step of one deployment. @returns when it wants to be looked at again */
    async reconcile(deploymentId: string, { inLine }: { inLine: boolean }): Promise<number | null> {
      const hosts = inLine ? sharedNow() : undefined;
      const step = await reconcile(openDatabase(), deploymentId, now(), hosts);
      await done(step, deploymentId);
      return step.lookAgainAt;
    },
  };
}
