import { graceMs, lateAlarmMs, nextAlarmIn, type SilentHost } from './liveness.ts';
import type { HubStorage } from './stored-map.ts';
import { type LinkBook, Watch } from './watch.ts';
import type { Touched, Watchers } from './watchers.ts';
import { type Planner, type Work, WorkQueue } from './work-queue.ts';

/** What a hub asks of the rest of the control plane, in the name of its organisation. */
export interface Duties extends Planner {
  /** Hosts fell silent: write it down. */
  hostsFellSilent(silent: SilentHost[]): Promise<void>;
  /** Hosts lost their links: write it down. */
  hostsAreSuspect(hostIds: string[]): Promise<void>;
  /** Work failed, and is noted for later. */
  failed(work: string, error: unknown): void;
}

/** Storage with an alarm. */
export interface ClockStorage extends HubStorage {
  getAlarm(): Promise<number | null>;
  setAlarm(at: number): Promise<void>;
}

const keys = { org: 'org', alarmAt: 'alarm_at' };

/** An alarm that is set for so soon is soon enough for anything. */
const soonMs = 5_000;

/**
 * What a hub does, apart from its sockets. Everything that must survive hibernation is in its storage.
 *
 * A host, as the hub holds it and has told the database:
 *   online    a sync says so: the sync writes it, in its own batch
 *   suspect   its only link fell, and nothing was heard for 6 s: the hub writes it. No new work, nothing else
 *   offline   nothing was heard for 20 s: the hub writes it. Its instances are unreachable
 * Back from either: a link rings the bell, the bell brings a sync, and the sync wakes what waits for room.
 * Twice: a second link of a host replaces the first; a state is told once. Late: a sync that was written before the
 * hub's word is asked for again; an alarm over 10 s late, and all of several links that fell together, judge nobody
 * for 60 s. Never: a lost alarm is set again by any call; a lost bell rings again after 5 s; a sync that does not come
 * is asked for with each look at the hosts; lost work is found by the cron; a bell that nobody answers for an hour
 * rings no more.
 * Those who watch the organisation are in watchers.ts.
 */
export class HubCore {
  readonly #storage: ClockStorage;
  readonly #links: LinkBook;
  readonly #dutiesOf: (orgId: string) => Duties;
  readonly #watch: Watch;
  readonly #watchers: Watchers;
  readonly #inBackground: (work: Promise<void>) => void;
  #org: { id: string; duties: Duties; queue: WorkQueue } | null = null;

  /** `inBackground` keeps the object awake while work goes on that no call waits for. */
  constructor(
    storage: ClockStorage,
    links: LinkBook,
    watchers: Watchers,
    dutiesOf: (orgId: string) => Duties,
    inBackground: (work: Promise<void>) => void,
  ) {
    this.#storage = storage;
    this.#links = links;
    this.#dutiesOf = dutiesOf;
    this.#inBackground = inBackground;
    this.#watch = new Watch(storage, links);
    this.#watchers = watchers;
  }

  /** Goes before all else. */
  async wakeUp(): Promise<void> {
    await this.#watch.wakeUp(Date.now());
  }

  async linked(orgId: string, hostId: string): Promise<void> {
    await this.#watch.linked(hostId, Date.now());
    await this.#arm(orgId);
  }

  async unlinked(hostId: string, pingedAt: number, isLinkedStill: boolean): Promise<void> {
    await this.#watch.unlinked(hostId, pingedAt, isLinkedStill, Date.now());
    const orgId = await this.#storage.get<string>(keys.org);
    if (orgId) await this.#arm(orgId);
  }

  async ring(orgId: string, bells: { hostId: string; revision: number }[]): Promise<void> {
    // What is sent after a write waits for it.
    for (const { hostId, revision } of bells) this.#links.send(hostId, revision);
    const now = Date.now();
    for (const { hostId, revision } of bells) await this.#watch.rang(hostId, revision, now);
    await this.#arm(orgId);
  }

  /** `touched`: what its sync changed. */
  async seen(
    orgId: string,
    hostId: string,
    heldRevision: number,
    touched: readonly Touched[],
  ): Promise<void> {
    this.#watchers.tell(touched);
    await this.#watch.synced(hostId, heldRevision, Date.now());
    await this.#arm(orgId);
  }

  /** Somebody watches from now on. */
  async watched(orgId: string): Promise<void> {
    await this.#arm(orgId);
  }

  async wake(orgId: string, work: Work): Promise<void> {
    const { queue } = await this.#of(orgId);
    await queue.note(work, Date.now());
    await this.#arm(orgId);
    this.#beginWork(orgId);
  }

  /** The host was removed or revoked: nothing is left of it here, and its agent is told to hang up. */
  async forget(orgId: string, hostId: string): Promise<void> {
    await this.#watch.forget(hostId);
    await this.#arm(orgId);
  }

  /** The organisation was deleted: nothing is left of it here. An alarm that is set fires once and finds nothing. */
  async forgetAll(orgId: string): Promise<void> {
    this.#watchers.endAll();
    await this.#watch.forgetAll();
    const { queue } = await this.#of(orgId);
    await queue.clear();
    this.#org = null;
    await this.#storage.delete(keys.alarmAt);
    await this.#storage.delete(keys.org);
  }

  /** The host dials anew, or is suspect as whoever loses its link. */
  async hangUp(orgId: string, hostId: string): Promise<void> {
    this.#links.close(hostId);
    await this.#arm(orgId);
  }

  async poke(orgId: string): Promise<void> {
    await this.#arm(orgId);
  }

  async alarm(): Promise<void> {
    const orgId = await this.#storage.get<string>(keys.org);
    if (!orgId) return;
    const now = Date.now();
    this.#watchers.endDue(now);
    const due = (await this.#storage.get<number>(keys.alarmAt)) ?? now;
    if (now - due > lateAlarmMs) await this.#watch.giveGrace(now + graceMs);
    const { duties } = await this.#of(orgId);
    try {
      await this.#watch.judge(now, {
        silent: (hosts) => duties.hostsFellSilent(hosts),
        suspect: (hostIds) => duties.hostsAreSuspect(hostIds),
      });
      await this.#watch.ringAgain(now);
    } finally {
      await this.#arm(orgId);
    }
    this.#beginWork(orgId);
  }

  /** No call and no alarm waits for it: with many deployments it takes longer than the clock may stand still. */
  #beginWork(orgId: string): void {
    this.#inBackground(this.#work(orgId));
  }

  async #work(orgId: string): Promise<void> {
    const { queue, duties } = await this.#of(orgId);
    await queue.run((work, error) => duties.failed(work, error));
    // What it left for later may be due before the alarm that is set.
    await this.#arm(orgId);
  }

  /** A hub belongs to one organisation for ever. */
  async #of(orgId: string): Promise<{ duties: Duties; queue: WorkQueue }> {
    if (this.#org?.id === orgId) return this.#org;
    if ((await this.#storage.get(keys.org)) !== orgId) await this.#storage.put(keys.org, orgId);
    const duties = this.#dutiesOf(orgId);
    this.#org ??= { id: orgId, duties, queue: new WorkQueue(this.#storage, duties) };
    return this.#org;
  }

  /** Sets the next alarm where there is something to watch. Every call to the hub ends here. */
  async #arm(orgId: string): Promise<void> {
    const { queue } = await this.#of(orgId);
    const now = Date.now();
    const set = await this.#storage.getAlarm();
    if (set !== null && set <= now + soonMs) return;
    const times = [await queue.nextAt(), this.#watchers.nextEndAt()].filter((at) => at !== null);
    const nextWorkAt = times.length > 0 ? Math.min(...times) : null;
    const wait = nextAlarmIn(await this.#watch.memories(), nextWorkAt, now);
    if (wait === null) return;
    const at = now + wait;
    if (set !== null && set <= at) return;
    await this.#storage.put(keys.alarmAt, at);
    await this.#storage.setAlarm(at);
  }
}
