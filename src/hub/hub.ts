import { DurableObject } from 'cloudflare:workers';
import { linkPing, linkPong } from '../../contract/agent-protocol.ts';
import type { Env } from '../env.ts';
import { Links } from './links.ts';
import {
  clockMs,
  graceMs,
  type HostMemory,
  lateAlarmMs,
  nextAlarmIn,
  ringAgainMs,
  type SilentHost,
} from './liveness.ts';
import { Watch } from './watch.ts';
import { type Work, WorkQueue } from './work-queue.ts';

/** What the hub asks of the rest of the control plane. */
export interface HubDuties {
  /** Hosts fell silent: write it down. */
  hostsFellSilent(env: Env, orgId: string, silent: SilentHost[]): Promise<void>;
  /** Takes the next step of one deployment. @returns when it wants to be looked at again; null: when something happens */
  reconcile(env: Env, deploymentId: string): Promise<number | null>;
  /** The deployments of an organisation that wait for room. */
  waitingDeployments(env: Env, orgId: string): Promise<string[]>;
}

const keys = { org: 'org', alarmAt: 'alarm_at', judgeFrom: 'judge_from' };

/**
 * The hub: holds the links of up to 500 hosts of one organisation, and is their clock. It knows links, bells and
 * silence; what hosts shall run it does not know. Everything that must survive hibernation is in its storage.
 *
 * A host: unknown -> (link or sync) heard -> (20 s without either) offline, told to the database once -> heard again.
 * Twice: a second link of a host replaces the first. Late: an alarm over 10 s late judges nobody for 60 s.
 * Never: a lost alarm is set again by any call; a lost bell rings again after 5 s; lost work is found by the cron.
 * What a call reads and writes does not grow with the hosts of the hub; an alarm reads each of them once.
 */
export function createHub(duties: HubDuties) {
  return class Hub extends DurableObject<Env> {
    readonly #links: Links;
    readonly #watch: Watch;

    #queue: WorkQueue | null = null;

    constructor(state: DurableObjectState, env: Env) {
      super(state, env);
      // The runtime answers; neither wakes the hub.
      state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(linkPing, linkPong));
      this.#links = new Links(state);
      this.#watch = new Watch(state.storage, this.#links);
    }

    /** Takes over the link of the host that the Worker has authenticated. */
    override async fetch(request: Request): Promise<Response> {
      const hostId = request.headers.get('longshore-host');
      const orgId = request.headers.get('longshore-org');
      if (!hostId || !orgId) return new Response(null, { status: 400 });
      const { 0: client, 1: server } = new WebSocketPair();
      this.#links.accept(hostId, server);
      const memory = await this.#watch.heard(hostId, Date.now(), { linked: true });
      await this.#armWithin(orgId, memory.rung ? ringAgainMs : clockMs);
      if (memory.rung) this.#links.send(hostId, memory.rung.revision);
      return new Response(null, { status: 101, webSocket: client });
    }

    /** Rings hosts: their desired sets have these revisions now. */
    async ring(orgId: string, bells: { hostId: string; revision: number }[]): Promise<void> {
      for (const { hostId, revision } of bells) this.#links.send(hostId, revision);
      const now = Date.now();
      for (const { hostId, revision } of bells) await this.#watch.rang(hostId, revision, now);
      await this.#armWithin(orgId, ringAgainMs);
    }

    /** A sync of a host arrived, which holds this revision. */
    async seen(orgId: string, hostId: string, heldRevision: number): Promise<void> {
      await this.#watch.heard(hostId, Date.now(), { heldRevision });
      await this.#armWithin(orgId, clockMs);
    }

    /** Work for the planner. It is kept until it is done. */
    async wake(orgId: string, work: Work): Promise<void> {
      await this.#queueOf(orgId).note(work, Date.now());
      // Work that is due is being done; the alarm is for what remains of it.
      await this.#armWithin(orgId, clockMs);
      await this.#work(orgId);
      // What it left for later may be due before the alarm that is set.
      const next = await this.#queueOf(orgId).nextAt();
      if (next !== null) await this.#armWithin(orgId, Math.max(next - Date.now(), 0) || clockMs);
    }

    /** The cron's touch: an alarm that was lost is set again. */
    async poke(orgId: string): Promise<void> {
      await this.#armFor(orgId, await this.#watch.memories());
    }

    override async alarm(): Promise<void> {
      const orgId = await this.ctx.storage.get<string>(keys.org);
      if (!orgId) return;
      const now = Date.now();
      const due = (await this.ctx.storage.get<number>(keys.alarmAt)) ?? now;
      if (now - due > lateAlarmMs) await this.ctx.storage.put(keys.judgeFrom, now + graceMs);
      const hosts = await this.#watch.memories();
      try {
        await this.#watch.ringAgain(hosts, now);
        const judgeFrom = (await this.ctx.storage.get<number>(keys.judgeFrom)) ?? 0;
        await this.#watch.judge(hosts, now, judgeFrom, (silent) =>
          duties.hostsFellSilent(this.env, orgId, silent),
        );
        await this.#work(orgId);
      } finally {
        // Who called meanwhile has set the alarm for what it changed.
        await this.#armFor(orgId, hosts);
      }
    }

    override async webSocketMessage(): Promise<void> {
      // An agent says nothing but `ping`, which the runtime answers.
    }

    override async webSocketError(socket: WebSocket): Promise<void> {
      await this.#watch.lostLink(socket);
    }

    override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
      await this.#watch.lostLink(socket);
      // Without this the client ends with 1006; the codes without a meaning may not be sent.
      socket.close([1005, 1006, 1015].includes(code) ? 1000 : code);
    }

    /** A hub belongs to one organisation for ever. */
    #queueOf(orgId: string): WorkQueue {
      this.#queue ??= new WorkQueue(this.ctx.storage, {
        reconcile: (deploymentId) => duties.reconcile(this.env, deploymentId),
        waiting: () => duties.waitingDeployments(this.env, orgId),
      });
      return this.#queue;
    }

    async #work(orgId: string): Promise<void> {
      await this.#queueOf(orgId).run((work, error) =>
        console.error(
          JSON.stringify({
            level: 'error',
            message: 'reconcile failed',
            org_id: orgId,
            work,
            // drizzle's message lists the parameters after the query.
            error: String(error).replace(/\nparams:[\s\S]*$/, ''),
          }),
        ),
      );
    }

    /** Sets the next alarm where there is something to watch. */
    async #armFor(orgId: string, hosts: ReadonlyMap<string, HostMemory>): Promise<void> {
      const wait = nextAlarmIn(hosts, await this.#queueOf(orgId).nextAt(), Date.now());
      if (wait !== null) await this.#armWithin(orgId, wait);
    }

    /** Sets the alarm for so soon, unless it is set for sooner. It reads as much with one host as with all. */
    async #armWithin(orgId: string, waitMs: number): Promise<void> {
      if ((await this.ctx.storage.get(keys.org)) !== orgId) {
        await this.ctx.storage.put(keys.org, orgId);
      }
      const at = Date.now() + waitMs;
      const set = await this.ctx.storage.getAlarm();
      if (set !== null && set <= at) return;
      await this.ctx.storage.put(keys.alarmAt, at);
      await this.ctx.storage.setAlarm(at);
    }
  };
}

export type Hub = InstanceType<ReturnType<typeof createHub>>;
