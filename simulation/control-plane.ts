import type { Client } from '@libsql/client';
import { SyncRequest } from '../contract/agent-protocol.ts';
import { DeploymentInput } from '../contract/deployment.ts';
import { Failure } from '../contract/failure.ts';
import type { Database } from '../src/db/client.ts';
import type { Bell } from '../src/deployments/apply.ts';
import { changeDeployment } from '../src/deployments/change.ts';
import { readClockDuties } from '../src/deployments/clock-duties.ts';
import { createDeployment } from '../src/deployments/create.ts';
import { hostsFellSilent } from '../src/deployments/hosts-fell-silent.ts';
import { reconcile } from '../src/deployments/reconcile.ts';
import { removeDeployment } from '../src/deployments/remove.ts';
import { sync } from '../src/deployments/sync.ts';
import { waitingDeployments } from '../src/deployments/waiting.ts';
import { createEnrollmentToken } from '../src/hosts/create-enrollment-token.ts';
import { enroll } from '../src/hosts/enroll.ts';
import {
  backAgain,
  type HostMemory,
  newMemory,
  nextAlarmIn,
  silentHosts,
  unansweredBells,
} from '../src/hub/liveness.ts';
import type { Scope } from '../src/tenancy/scope.ts';
import { openVault } from '../src/tenancy/secrets/vault.ts';
import type { Faults } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

const orgId = 'org_default';
const minuteMs = 60_000;

/** A link as the hub sees it. */
export interface LinkEnd {
  lastPing: number;
  bell(revision: number): void;
}

/** The control plane: the real verbs on a real database, and a hub in memory that follows the real rules of liveness. */
export class ControlPlane {
  readonly links = new Map<string, LinkEnd>();
  readonly #memories = new Map<string, HostMemory>();
  readonly #work = new Set<string>();
  #roomGrew = false;
  /** Deployments that time alone asks another step of, and when. */
  readonly #later = new Map<string, number>();
  #alarm: { at: number; cancel: () => void } | null = null;
  /** The database may have changed since the invariants were looked at. */
  dirty = true;

  constructor(
    readonly database: Database,
    readonly client: Client,
    readonly scheduler: Scheduler,
    readonly faults: Faults,
  ) {
    scheduler.after(minuteMs, () => this.#cron());
  }

  get #scope(): Scope {
    const { database } = this;
    return { database, orgId, author: 'simulation', now: this.scheduler.nowMs, receipt: () => [] };
  }

  async enrol(installId: string, secret: string, name: string): Promise<string> {
    const input = { uses: 1, expires_in_seconds: 3600 };
    const { token } = await createEnrollmentToken(this.#scope, input);
    const request = { install_id: installId, secret, name, labels: {} };
    return (await enroll(this.database, token, request, this.scheduler.nowMs)).host_id;
  }

  async create(input: unknown): Promise<void> {
    const spec = DeploymentInput.parse(input);
    const { bells } = await createDeployment(this.#scope, spec);
    this.dirty = true;
    this.#ring(bells);
  }

  async remove(name: string): Promise<void> {
    const { bells } = await removeDeployment(this.#scope, name, () => {});
    this.dirty = true;
    this.#ring(bells);
  }

  /** Merges a change into a deployment that runs. */
  async change(name: string, change: Record<string, unknown>): Promise<void> {
    const { bells } = await changeDeployment(this.#scope, name, ({ spec }) => ({
      spec: DeploymentInput.parse({ ...spec, ...change }),
      cause: 'change',
    }));
    this.dirty = true;
    this.#ring(bells);
  }

  /** What the route does with a sync: the reply's body, or the failure's. */
  async sync(bearer: string, body: string): Promise<{ ok: boolean; body: string }> {
    const request = SyncRequest.parse(JSON.parse(body));
    this.dirty = true;
    try {
      const result = await sync(
        this.database,
        bearer,
        request,
        this.scheduler.nowMs,
        openVault(undefined),
      );
      this.#heard(result.host.id, request.desired_revision);
      const isNews = result.changed.length > 0 || result.roomGrew;
      if (isNews && !this.faults.losesCall()) {
        for (const id of result.changed) this.#work.add(id);
        if (result.roomGrew) this.#roomGrew = true;
        this.scheduler.after(this.faults.shortDelay(), () => this.#doWork());
      }
      return { ok: true, body: JSON.stringify(result.reply) };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { code, message: detail, extensions } = error;
      return { ok: false, body: JSON.stringify({ code, detail, ...extensions }) };
    }
  }

  /** A host opens its link. */
  link(hostId: string, end: LinkEnd): void {
    this.links.set(hostId, end);
    const memory = this.#heard(hostId, undefined, true);
    if (memory.rung) end.bell(memory.rung.revision);
  }

  unlink(hostId: string, end: LinkEnd): void {
    if (this.links.get(hostId) !== end) return;
    this.links.delete(hostId);
    const memory = this.#memories.get(hostId);
    if (!memory) return;
    const seenAt = Math.max(memory.seenAt, end.lastPing);
    this.#memories.set(hostId, { ...memory, seenAt, linked: false });
  }

  #heard(hostId: string, heldRevision?: number, linked?: boolean): HostMemory {
    const seenAt = this.scheduler.nowMs;
    const before = this.#memories.get(hostId) ?? newMemory(seenAt);
    const answered =
      heldRevision !== undefined && before.rung && heldRevision >= before.rung.revision;
    const rung = answered ? null : before.rung;
    const memory = {
      ...before,
      seenAt,
      offline: false,
      linked: linked ?? before.linked,
      rung,
    };
    this.#memories.set(hostId, memory);
    this.#arm();
    return memory;
  }

  #ring(bells: readonly Pick<Bell, 'hostId' | 'revision'>[]): void {
    const at = this.scheduler.nowMs;
    for (const { hostId, revision } of bells) {
      // A call to the hub can be lost as a whole; the cron finds the host behind.
      if (this.faults.losesCall()) continue;
      this.links.get(hostId)?.bell(revision);
      const memory = this.#memories.get(hostId) ?? newMemory(at);
      this.#memories.set(hostId, { ...memory, rung: { revision, at } });
    }
    this.#arm();
  }

  #arm(): void {
    const { nowMs } = this.scheduler;
    const isDue = this.#work.size > 0 || this.#roomGrew;
    const later = [...this.#later.values()];
    const nextWorkAt = isDue ? nowMs : later.length > 0 ? Math.min(...later) : null;
    const wait = nextAlarmIn(this.#memories, nextWorkAt, nowMs);
    if (wait === null) return;
    const at = this.scheduler.nowMs + wait;
    if (this.#alarm && this.#alarm.at <= at) return;
    this.#alarm?.cancel();
    this.#alarm = { at, cancel: this.scheduler.after(wait, () => this.#onAlarm()) };
  }

  async #onAlarm(): Promise<void> {
    this.#alarm = null;
    const { nowMs } = this.scheduler;
    const lastPing = (id: string) => this.links.get(id)?.lastPing ?? null;
    for (const id of backAgain(this.#memories, lastPing, nowMs)) this.links.get(id)?.bell(0);
    const silent = silentHosts(this.#memories, lastPing, nowMs, 0);
    if (silent.length > 0) {
      this.scheduler.note(`hub: silent ${silent.length}`);
      for (const id of await hostsFellSilent(this.database, orgId, silent, nowMs)) {
        this.#work.add(id);
      }
      this.dirty = true;
      for (const { hostId } of silent) {
        const memory = this.#memories.get(hostId);
        if (memory) this.#memories.set(hostId, { ...memory, offline: true });
      }
    }
    for (const { hostId, revision } of unansweredBells(this.#memories, nowMs)) {
      this.links.get(hostId)?.bell(revision);
      const memory = this.#memories.get(hostId);
      if (memory) this.#memories.set(hostId, { ...memory, rung: { revision, at: nowMs } });
    }
    await this.#doWork();
    this.#arm();
  }

  async #doWork(): Promise<void> {
    for (const [id, at] of this.#later) if (at <= this.scheduler.nowMs) this.#work.add(id);
    if (this.#roomGrew) {
      this.#roomGrew = false;
      for (const id of await waitingDeployments(this.database, orgId)) this.#work.add(id);
    }
    for (const id of [...this.#work]) {
      this.#work.delete(id);
      this.dirty = true;
      const { bells, lookAgainAt } = await reconcile(this.database, id, this.scheduler.nowMs);
      this.#ring(bells);
      if (lookAgainAt === null) this.#later.delete(id);
      else this.#later.set(id, lookAgainAt);
    }
  }

  async #cron(): Promise<void> {
    const { unsettled, behind } = await readClockDuties(this.database);
    // The statement orders by lot; a seed must not.
    const ids = unsettled.map(({ deploymentId }) => deploymentId).sort();
    for (const id of ids) this.#work.add(id);
    this.#ring(behind);
    await this.#doWork();
    this.scheduler.after(minuteMs, () => this.#cron());
  }
}
