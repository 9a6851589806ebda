import { LostRace } from '../src/db/batch.ts';
import type { Database } from '../src/db/client.ts';
import type { Bell } from '../src/deployments/apply.ts';
import { readClockDuties } from '../src/deployments/clock-duties.ts';
import { hostsFellSilent } from '../src/deployments/hosts-fell-silent.ts';
import { createPlanner } from '../src/deployments/planner.ts';
import { purge } from '../src/deployments/purge.ts';
import { hostsAreSuspect } from '../src/hosts/hosts-are-suspect.ts';
import type { Planner } from '../src/hub/work-queue.ts';
import type { Census } from './census.ts';
import { type DatabaseOptions, isDatabaseAway, openDatabase } from './database.ts';
import { HubAwayError, HubCell } from './hub-cell.ts';
import type { HubDuties, HubObject, loadHub } from './hub-module.ts';
import { countSteps } from './planned-steps.ts';

const minuteMs = 60_000;

export interface HubsOptions extends DatabaseOptions {
  createHub: Awaited<ReturnType<typeof loadHub>>;
  census: Census;
}

/** The hubs of the organisation, wired to the rest as src/worker.ts does it, and the cron that touches them. */
export class Hubs {
  readonly cells: HubCell[];
  readonly #options: HubsOptions;

  constructor(options: HubsOptions, count: number) {
    this.#options = options;
    this.cells = Array.from({ length: count }, () => this.#newCell());
    options.scheduler.after(minuteMs, () => this.#everyMinute(1));
  }

  /** @throws HubAwayError when the call, or its answer, is lost */
  async call<Result>(number: number, act: (hub: HubObject) => Promise<Result>): Promise<Result> {
    const { scheduler, faults } = this.#options;
    const cell = this.cells[number];
    if (!cell) throw new Error(`there is no hub ${number}`);
    await scheduler.pause(faults.shortDelay());
    if (faults.losesCall()) throw new HubAwayError('the call was lost');
    const answer = await cell.call(act);
    if (faults.losesCall()) throw new HubAwayError('the answer was lost');
    return answer;
  }

  async ring(bells: readonly Omit<Bell, 'orgId'>[]): Promise<void> {
    const numbers = [...new Set(bells.map(({ hub }) => hub))];
    await Promise.all(
      numbers.map((number) => {
        const own = bells.filter(({ hub }) => hub === number);
        return this.call(number, (hub) => hub.ring('org_default', own));
      }),
    );
  }

  #newCell(): HubCell {
    const { createHub, scheduler, census } = this.#options;
    return new HubCell(scheduler, (isAlive) => {
      const database = openDatabase(this.#options, isAlive);
      const duties: HubDuties = {
        hostsFellSilent: async (_env, orgId, silent) => {
          scheduler.note(`hub: ${silent.length} silent`);
          census.count('hub: hosts fell silent');
          const deployments = await hostsFellSilent(database, orgId, silent, scheduler.nowMs);
          await this.call(0, (hub) => hub.wake(orgId, { deployments, roomGrew: false }));
        },
        hostsAreSuspect: async (_env, orgId, hostIds) => {
          census.count('hub: hosts are suspect');
          await hostsAreSuspect(database, orgId, hostIds, scheduler.nowMs);
        },
        planner: (_env, orgId) => this.#newPlanner(database, orgId),
      };
      return { hub: createHub(duties), env: {} };
    });
  }

  #newPlanner(database: Database, orgId: string): Planner {
    const { scheduler, census } = this.#options;
    const planner = createPlanner({
      orgId,
      openDatabase: () => database,
      now: () => scheduler.nowMs,
      done: async ({ bells, steps }) => {
        countSteps(census, steps);
        await this.ring(bells);
      },
    });
    return {
      waiting: () => planner.waiting(),
      reconcile: async (deploymentId, turn) => {
        try {
          return await planner.reconcile(deploymentId, turn);
        } catch (error) {
          census.count(`hub: reconcile failed: ${error instanceof Error ? error.name : error}`);
          const isExpected =
            isDatabaseAway(error) || error instanceof HubAwayError || error instanceof LostRace;
          // The hub keeps what its duties throw to itself.
          if (!isExpected) scheduler.after(0, () => Promise.reject(error));
          throw error;
        }
      },
    };
  }

  /** What `scheduled` of src/worker.ts does. */
  async #everyMinute(minute: number): Promise<void> {
    const { scheduler, census } = this.#options;
    scheduler.after(minuteMs, () => this.#everyMinute(minute + 1));
    const database = openDatabase(this.#options, () => true);
    try {
      const { unsettled, behind, hubs } = await readClockDuties(database);
      const deployments = unsettled.map(({ deploymentId }) => deploymentId);
      if (behind.length > 0) census.count('cron: hosts behind are rung');
      const results = await Promise.allSettled([
        ...(deployments.length > 0
          ? [this.call(0, (hub) => hub.wake('org_default', { deployments, roomGrew: true }))]
          : []),
        ...hubs
          .filter((_, index) => index % 10 === minute % 10)
          .map(({ hub }) => this.call(hub, (object) => object.poke('org_default'))),
        this.ring(behind),
        ...(minute % 60 === 0 ? [purge(database, scheduler.nowMs)] : []),
      ]);
      for (const result of results) {
        if (result.status === 'fulfilled' || isLost(result.reason)) continue;
        throw result.reason;
      }
    } catch (error) {
      if (!isLost(error)) throw error;
      census.count('cron: failed');
    }
  }
}

function isLost(error: unknown): boolean {
  return isDatabaseAway(error) || error instanceof HubAwayError;
}
