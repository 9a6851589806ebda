import { DurableObject } from 'cloudflare:workers';
import { linkPing, linkPong } from '../../contract/agent-protocol.ts';
import { HubCore } from './core.ts';
import { Links } from './links.ts';
import type { SilentHost } from './liveness.ts';
import { WatcherSockets } from './watcher-sockets.ts';
import { type Admission, type Touched, Watchers } from './watchers.ts';
import type { Planner, Work } from './work-queue.ts';

/** What the hub asks of the rest of the control plane. `Env` is what the platform binds: the hub only hands it on. */
interface HubDuties<Env> {
  /** Hosts fell silent: write it down. */
  hostsFellSilent(env: Env, orgId: string, silent: SilentHost[]): Promise<void>;
  /** Hosts lost their links: write it down. */
  hostsAreSuspect(env: Env, orgId: string, hostIds: string[]): Promise<void>;
  /** What plans an organisation's deployments. `tell` is for what a step changed. */
  planner(env: Env, orgId: string, tell: (touched: readonly Touched[]) => void): Planner;
}

/**
 * The hub: holds the links of up to 500 hosts of one organisation, and is their clock. It knows links, bells and
 * silence; what hosts shall run it does not know. Its states, and what happens twice, late or never, are in core.ts.
 */
export function createHub<Env>(duties: HubDuties<Env>) {
  return class Hub extends DurableObject<Env> {
    readonly #links: Links;
    readonly #sockets: WatcherSockets;
    readonly #watchers: Watchers;
    readonly #core: HubCore;

    constructor(state: DurableObjectState, env: Env) {
      super(state, env);
      // The runtime answers; neither wakes the hub.
      state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(linkPing, linkPong));
      this.#links = new Links(state);
      this.#sockets = new WatcherSockets(state);
      this.#watchers = new Watchers(this.#sockets, (act, ms) => setTimeout(act, ms));
      const dutiesOf = (orgId: string) => ({
        hostsFellSilent: (silent: SilentHost[]) => duties.hostsFellSilent(env, orgId, silent),
        hostsAreSuspect: (hostIds: string[]) => duties.hostsAreSuspect(env, orgId, hostIds),
        ...duties.planner(env, orgId, (touched) => this.#watchers.tell(touched)),
        failed: (work: string, error: unknown) => logFailure(orgId, work, error),
      });
      this.#core = new HubCore(state.storage, this.#links, this.#watchers, dutiesOf, (work) =>
        state.waitUntil(work),
      );
      state.blockConcurrencyWhile(() => this.#core.wakeUp());
    }

    /** Takes over the link of a host, or the socket of somebody who watches. The Worker has authenticated both. */
    override async fetch(request: Request): Promise<Response> {
      const admission = request.headers.get('longshore-admission');
      return admission === null ? this.#link(request) : this.#watch(request, JSON.parse(admission));
    }

    async #link(request: Request): Promise<Response> {
      const hostId = request.headers.get('longshore-host');
      const orgId = request.headers.get('longshore-org');
      if (!hostId || !orgId) return new Response(null, { status: 400 });
      const { 0: client, 1: server } = new WebSocketPair();
      this.#links.accept(hostId, server);
      await this.#core.linked(orgId, hostId);
      return new Response(null, { status: 101, webSocket: client });
    }

    async #watch(request: Request, admission: Admission): Promise<Response> {
      const orgId = request.headers.get('longshore-org');
      if (!orgId) return new Response(null, { status: 400 });
      if (!this.#watchers.hasRoom()) return new Response(null, { status: 429 });
      const { 0: client, 1: server } = new WebSocketPair();
      this.#sockets.accept(server, admission);
      await this.#core.watched(orgId);
      const protocol = request.headers.get('sec-websocket-protocol');
      const headers: HeadersInit = protocol === null ? {} : { 'sec-websocket-protocol': protocol };
      return new Response(null, { status: 101, webSocket: client, headers });
    }

    /** Rings hosts: their desired sets have these revisions now. */
    async ring(orgId: string, bells: { hostId: string; revision: number }[]): Promise<void> {
      await this.#core.ring(orgId, bells);
    }

    /** A sync of a host arrived, which holds this revision; `touched`: what it changed, for those who watch. */
    async seen(
      orgId: string,
      hostId: string,
      heldRevision: number,
      touched: readonly Touched[] = [],
    ): Promise<void> {
      await this.#core.seen(orgId, hostId, heldRevision, touched);
    }

    /** Things were changed: those who watch are told. They watch at hub 0. */
    async tell(touched: readonly Touched[]): Promise<void> {
      this.#watchers.tell(touched);
    }

    /** Work for the planner. It is kept until it is done. */
    async wake(orgId: string, work: Work): Promise<void> {
      await this.#core.wake(orgId, work);
    }

    /** A host was removed, or revoked. */
    async forget(orgId: string, hostId: string): Promise<void> {
      await this.#core.forget(orgId, hostId);
    }

    /** The organisation was deleted. */
    async forgetAll(orgId: string): Promise<void> {
      await this.#core.forgetAll(orgId);
    }

    /** The links of a host were opened with a secret that it has no more. */
    async hangUp(orgId: string, hostId: string): Promise<void> {
      await this.#core.hangUp(orgId, hostId);
    }

    /** The cron's touch: an alarm that was lost is set again. */
    async poke(orgId: string): Promise<void> {
      await this.#core.poke(orgId);
    }

    override async alarm(): Promise<void> {
      await this.#core.alarm();
    }

    override async webSocketMessage(): Promise<void> {
      // An agent says nothing but `ping`, which the runtime answers; what watchers say is not heard.
    }

    override async webSocketError(socket: WebSocket): Promise<void> {
      await this.#unlinked(socket);
    }

    override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
      await this.#unlinked(socket);
      // Without this the client ends with 1006; the codes without a meaning may not be sent.
      socket.close([1005, 1006, 1015].includes(code) ? 1000 : code);
    }

    async #unlinked(socket: WebSocket): Promise<void> {
      if (this.#sockets.has(socket)) return;
      const hostId = this.#links.hostOf(socket);
      if (!hostId) return;
      const isLinkedStill = this.#links.has(hostId, socket);
      await this.#core.unlinked(hostId, this.#links.pingOf(socket) ?? 0, isLinkedStill);
    }
  };
}

function logFailure(orgId: string, work: string, error: unknown): void {
  console.error(
    JSON.stringify({
      level: 'error',
      message: 'reconcile failed',
      org_id: orgId,
      work,
      // drizzle's message lists the parameters after the query.
      error: String(error).replace(/\nparams:[\s\S]*$/, ''),
    }),
  );
}

export type Hub = InstanceType<ReturnType<typeof createHub>>;
