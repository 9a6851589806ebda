import { DurableObject } from 'cloudflare:workers';
import { type Doorbell, linkPing, linkPong } from '../../contract/agent-protocol.ts';
import type { Env } from '../env.ts';
import {
  backAgain,
  graceMs,
  type HostMemory,
  lateAlarmMs,
  nextAlarmIn,
  silentHosts,
  unansweredBells,
} from './liveness.ts';

/** What the hub asks of the rest of the control plane. */
export interface HubDuties {
  /** Hosts fell silent: write it down. */
  hostsFellSilent(env: Env, orgId: string, hostIds: string[]): Promise<void>;
  /** Takes the next step of one deployment. */
  reconcile(env: Env, deploymentId: string): Promise<void>;
  /** The deployments of an organisation that wait for room. */
  waitingDeployments(env: Env, orgId: string): Promise<string[]>;
}

/** Work for the planner: deployments by id, and whether those that wait for room shall be looked at. */
export interface Work {
  deployments: string[];
  roomGrew: boolean;
}

const keys = {
  org: 'org',
  alarmAt: 'alarm_at',
  judgeFrom: 'judge_from',
  host: 'host:',
  work: 'work:',
};
const roomKey = `${keys.work}*`;

/**
 * The hub: holds the links of up to 500 hosts of one organisation, and is their clock. It knows links, bells and
 * silence; what hosts shall run it does not know. Everything that must survive hibernation is in its storage.
 *
 * A host: unknown -> (link or sync) heard -> (20 s without either) offline, told to the database once -> heard again.
 * Twice: a second link of a host replaces the first. Late: an alarm over 10 s late judges nobody for 60 s.
 * Never: a lost alarm is set again by any call; a lost bell rings again after 5 s; lost work is found by the cron.
 */
export function createHub(duties: HubDuties) {
  return class Hub extends DurableObject<Env> {
    /** One deployment at a time. Lost with hibernation, when nothing runs anyway. */
    working = false;

    constructor(state: DurableObjectState, env: Env) {
      super(state, env);
      // The runtime answers; neither wakes the hub.
      state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(linkPing, linkPong));
    }

    /** Takes over the link of the host that the Worker has authenticated. */
    override async fetch(request: Request): Promise<Response> {
      const hostId = request.headers.get('longshore-host');
      const orgId = request.headers.get('longshore-org');
      if (!hostId || !orgId) return new Response(null, { status: 400 });
      const { 0: client, 1: server } = new WebSocketPair();
      for (const older of this.ctx.getWebSockets(hostId)) older.close(4000, 'replaced');
      this.ctx.acceptWebSocket(server, [hostId]);
      const memory = await this.heard(orgId, hostId, { linked: true });
      if (memory.rung) this.send(hostId, memory.rung.revision);
      return new Response(null, { status: 101, webSocket: client });
    }

    /** Rings hosts: their desired sets have these revisions now. */
    async ring(orgId: string, bells: { hostId: string; revision: number }[]): Promise<void> {
      for (const { hostId, revision } of bells) this.send(hostId, revision);
      const now = Date.now();
      for (const { hostId, revision } of bells) {
        const memory = await this.memoryOf(hostId);
        await this.remember(hostId, { ...(memory ?? newMemory(now)), rung: { revision, at: now } });
      }
      await this.arm(orgId);
    }

    /** A sync of a host arrived, which holds this revision. */
    async seen(orgId: string, hostId: string, heldRevision: number): Promise<void> {
      await this.heard(orgId, hostId, { heldRevision });
    }

    /** Work for the planner. It is kept until it is done. */
    async wake(orgId: string, work: Work): Promise<void> {
      for (const id of work.deployments) await this.ctx.storage.put(keys.work + id, 1);
      if (work.roomGrew) await this.ctx.storage.put(roomKey, 1);
      await this.arm(orgId);
      await this.work(orgId);
    }

    /** The cron's touch: an alarm that was lost is set again. */
    async poke(orgId: string): Promise<void> {
      await this.arm(orgId);
    }

    override async alarm(): Promise<void> {
      const orgId = await this.ctx.storage.get<string>(keys.org);
      if (!orgId) return;
      const now = Date.now();
      const due = (await this.ctx.storage.get<number>(keys.alarmAt)) ?? now;
      if (now - due > lateAlarmMs) await this.ctx.storage.put(keys.judgeFrom, now + graceMs);
      await this.ctx.storage.delete(keys.alarmAt);
      try {
        await this.judge(orgId, now);
        await this.ringAgain(now);
        await this.work(orgId);
      } finally {
        await this.arm(orgId);
      }
    }

    override async webSocketMessage(): Promise<void> {
      // An agent says nothing but `ping`, which the runtime answers.
    }

    override async webSocketError(socket: WebSocket): Promise<void> {
      await this.lostLink(socket);
    }

    override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
      await this.lostLink(socket);
      // Without this the client ends with 1006; the codes without a meaning may not be sent.
      socket.close([1005, 1006, 1015].includes(code) ? 1000 : code);
    }

    async lostLink(socket: WebSocket): Promise<void> {
      const [hostId] = this.ctx.getTags(socket);
      // Its pings were its signs of life until now; from here on silence counts.
      const lastPing = this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime();
      const memory = hostId ? await this.memoryOf(hostId) : undefined;
      if (hostId && memory) {
        const seenAt = Math.max(memory.seenAt, lastPing ?? 0);
        const linked = this.ctx.getWebSockets(hostId).some((other) => other !== socket);
        await this.remember(hostId, { ...memory, seenAt, linked });
      }
    }

    /**
     * A deploy drops every link without a word, and the pings of a link are stored nowhere: a host that had one and has
     * none now is silent from now on, not from its last call.
     */
    async noticeDroppedLinks(hosts: Map<string, HostMemory>, now: number): Promise<void> {
      for (const [id, memory] of hosts) {
        if (!memory.linked || this.ctx.getWebSockets(id).length > 0) continue;
        const known: HostMemory = { ...memory, linked: false, seenAt: now };
        hosts.set(id, known);
        await this.remember(id, known);
      }
    }

    async judge(orgId: string, now: number): Promise<void> {
      const judgeFrom = (await this.ctx.storage.get<number>(keys.judgeFrom)) ?? 0;
      const hosts = await this.memories();
      await this.noticeDroppedLinks(hosts, now);
      // One that is held to be offline but pings again is asked to say so to the database.
      for (const id of backAgain(hosts, (one) => this.lastPing(one), now)) this.send(id, 0);
      const silent = silentHosts(hosts, (id) => this.lastPing(id), now, judgeFrom);
      if (silent.length === 0) return;
      await duties.hostsFellSilent(this.env, orgId, silent);
      for (const id of silent) {
        const memory = await this.memoryOf(id);
        if (!memory) continue;
        if (memory.seenAt === hosts.get(id)?.seenAt) {
          await this.remember(id, { ...memory, offline: true });
        } else {
          // It spoke meanwhile: a bell makes it say so to the database too.
          this.send(id, memory.rung?.revision ?? 0);
        }
      }
    }

    async ringAgain(now: number): Promise<void> {
      const hosts = await this.memories();
      for (const { hostId, revision } of unansweredBells(hosts, now)) {
        this.send(hostId, revision);
        const memory = hosts.get(hostId);
        if (memory) await this.remember(hostId, { ...memory, rung: { revision, at: now } });
      }
    }

    /** Does all work that is noted, one deployment at a time. What fails stays noted for the next alarm. */
    async work(orgId: string): Promise<void> {
      if (this.working) return;
      this.working = true;
      try {
        const failed = new Set<string>();
        for (;;) {
          const noted = await this.ctx.storage.list({ prefix: keys.work });
          const next = [...noted.keys()].find((key) => !failed.has(key));
          if (next === undefined) return;
          await this.ctx.storage.delete(next);
          try {
            await this.workOn(orgId, next);
          } catch (error) {
            failed.add(next);
            await this.ctx.storage.put(next, 1);
            console.error(
              JSON.stringify({
                level: 'error',
                message: 'reconcile failed',
                org_id: orgId,
                work: next,
                // drizzle's message lists the parameters after the query.
                error: String(error).replace(/\nparams:[\s\S]*$/, ''),
              }),
            );
          }
        }
      } finally {
        this.working = false;
      }
    }

    async workOn(orgId: string, key: string): Promise<void> {
      if (key !== roomKey) {
        await duties.reconcile(this.env, key.slice(keys.work.length));
        return;
      }
      for (const id of await duties.waitingDeployments(this.env, orgId)) {
        await this.ctx.storage.put(keys.work + id, 1);
      }
    }

    /** A sign of life: of a link, or of a sync that says what the host holds. */
    async heard(
      orgId: string,
      hostId: string,
      { heldRevision, linked }: { heldRevision?: number; linked?: boolean },
    ): Promise<HostMemory> {
      const now = Date.now();
      const before = (await this.memoryOf(hostId)) ?? newMemory(now);
      const answered =
        heldRevision !== undefined && before.rung && heldRevision >= before.rung.revision;
      const memory: HostMemory = {
        seenAt: now,
        offline: false,
        linked: linked ?? before.linked,
        rung: answered ? null : before.rung,
      };
      await this.remember(hostId, memory);
      await this.arm(orgId);
      return memory;
    }

    send(hostId: string, revision: number): void {
      const bell: Doorbell = { revision };
      for (const socket of this.ctx.getWebSockets(hostId)) {
        try {
          socket.send(JSON.stringify(bell));
        } catch {
          // It is closing; the bell is noted and rings again.
        }
      }
    }

    lastPing(hostId: string): number | null {
      const pings = this.ctx
        .getWebSockets(hostId)
        .map((socket) => this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0);
      return pings.length > 0 ? Math.max(...pings) : null;
    }

    async memoryOf(hostId: string): Promise<HostMemory | undefined> {
      return this.ctx.storage.get<HostMemory>(keys.host + hostId);
    }

    async memories(): Promise<Map<string, HostMemory>> {
      const stored = await this.ctx.storage.list<HostMemory>({ prefix: keys.host });
      return new Map([...stored].map(([key, memory]) => [key.slice(keys.host.length), memory]));
    }

    async remember(hostId: string, memory: HostMemory): Promise<void> {
      await this.ctx.storage.put(keys.host + hostId, memory);
    }

    /** Sets the next alarm where there is something to watch. Every call to the hub ends here. */
    async arm(orgId: string): Promise<void> {
      await this.ctx.storage.put(keys.org, orgId);
      const work = await this.ctx.storage.list({ prefix: keys.work, limit: 1 });
      const wait = nextAlarmIn(await this.memories(), work.size > 0);
      if (wait === null) return;
      const at = Date.now() + wait;
      const set = await this.ctx.storage.getAlarm();
      if (set !== null && set <= at) return;
      await this.ctx.storage.put(keys.alarmAt, at);
      await this.ctx.storage.setAlarm(at);
    }
  };
}

export type Hub = InstanceType<ReturnType<typeof createHub>>;

function newMemory(now: number): HostMemory {
  return { seenAt: now, offline: false, linked: false, rung: null };
}
