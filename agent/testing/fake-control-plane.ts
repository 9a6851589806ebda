import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { DesiredSet, ObservedInstance, SyncReply } from '../../contract/agent-protocol.ts';
import {
  ConflictNotice,
  EnrollRequest,
  linkPing,
  linkPong,
  RotateRequest,
  SyncRequest,
} from '../../contract/agent-protocol.ts';
import type { Inventory } from '../../contract/host.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import type { ProblemCode } from '../../contract/problem.ts';
import { bearerOf, problem } from './fake-answers.ts';

/** What happens to a request instead of, or after, its ordinary handling. */
export type Fault =
  /** It takes effect and its reply is lost. */
  | 'lose_reply'
  /** A proxy's page, and nothing takes effect. */
  | 'html_502'
  /** The connection is cut, and nothing takes effect. */
  | 'cut';

interface FakeHost {
  host_id: string;
  install_id: string;
  secret: string;
  /** It is asked for another secret. */
  rotate: boolean;
  retired_secret: string | null;
  epoch: number;
  process_id: string | null;
  observed_hash: string | null;
  instances: ObservedInstance[];
  complete: boolean;
  inventory: Inventory | null;
  desired: DesiredSet;
  held_revision: number;
}

/** A whole control plane in memory, over real HTTP and WebSockets on loopback, that follows the host protocol. */
export class FakeControlPlane {
  readonly token = 'enrol-me';
  readonly hosts = new Map<string, FakeHost>();
  /** Every sync that reached it, faults included. */
  readonly syncs: SyncRequest[] = [];
  readonly enrolments: EnrollRequest[] = [];
  /** Who said that it was replaced. */
  readonly conflicts: ConflictNotice[] = [];
  /** What every secret gets for an answer; null: an ordinary one. */
  refuse: ProblemCode | null = null;
  /** What one secret gets for an answer where it offers another, or itself. */
  readonly refusals = new Map<string, ProblemCode>();
  era = 'era-1';
  next_sync_ms = 3_600_000;
  url = '';
  /** Answers links with this status instead of taking them; `lose_reply`: hears of them, and the answer is lost. */
  refuseLinks: number | 'lose_reply' | null = null;
  /** Given to every host in place of its own, whatever it holds. */
  forceSet: FakeHost['desired'] | null = null;
  /** Pings get no answer. */
  deaf = false;
  /** Decides about every sync that no injected fault is for. */
  onSync: ((sync: SyncRequest) => Promise<Fault | null>) | null = null;
  readonly #faults: Fault[] = [];
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #links = new Map<WebSocket, string>();
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #server = createServer((request, reply) => void this.#handle(request, reply));

  async start(): Promise<void> {
    this.#server.on('upgrade', (request, socket, head) => {
      const host = this.#hostOf(request);
      if (this.refuseLinks === 'lose_reply') {
        socket.destroy();
        return;
      }
      if (!host || this.refuseLinks !== null) {
        socket.end(`HTTP/1.1 ${this.refuseLinks ?? 401} No\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (link) => {
        this.#links.set(link, host.host_id);
        link.on('message', (data) => {
          if (String(data) === linkPing && !this.deaf) link.send(linkPong);
          this.#changed();
        });
        link.on('close', () => {
          this.#links.delete(link);
          this.#changed();
        });
        this.#changed();
      });
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.url = `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    for (const link of this.#links.keys()) link.terminate();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  get linkCount(): number {
    return this.#links.size;
  }

  dropLinks(): void {
    for (const link of this.#links.keys()) link.terminate();
  }

  /** The next requests, in order, meet these faults. */
  inject(...faults: Fault[]): void {
    this.#faults.push(...faults);
  }

  /** Gives a host its next desired set, and rings. */
  desire(hostId: string, launches: LaunchSpec[], secrets: Record<string, string> = {}): void {
    const host = this.host(hostId);
    const revision = host.desired.revision + 1;
    host.desired = { revision, launches, secrets, registries: [] };
    this.ring(hostId);
  }

  ring(hostId: string): void {
    const { revision } = this.host(hostId).desired;
    for (const [link, id] of this.#links) {
      if (id === hostId) link.send(JSON.stringify({ revision }));
    }
  }

  host(hostId: string): FakeHost {
    const host = this.hosts.get(hostId);
    if (!host) throw new Error(`no host ${hostId}`);
    return host;
  }

  instance(hostId: string, instanceId: string): ObservedInstance | undefined {
    return this.host(hostId).instances.find(({ instance_id }) => instance_id === instanceId);
  }

  /** Resolves with what `look` gives, once it gives something; looked at after every request and message. */
  async waitFor<Found>(look: () => Found | undefined | null | false): Promise<Found> {
    for (;;) {
      const found = look();
      if (found !== undefined && found !== null && found !== false) return found;
      await new Promise<void>((resolve) => this.#changes.once('change', () => resolve()));
    }
  }

  #changed(): void {
    this.#changes.emit('change');
  }

  #hostOf(request: IncomingMessage): FakeHost | undefined {
    const bearer = bearerOf(request);
    return [...this.hosts.values()].find(({ secret }) => secret === bearer);
  }

  async #handle(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const sync = request.url?.endsWith('/sync') ? SyncRequest.parse(JSON.parse(text)) : null;
    const fault = this.#faults.shift() ?? (sync && (await this.onSync?.(sync)));
    if (fault === 'cut') {
      if (sync) this.syncs.push(sync);
      reply.destroy();
    } else if (fault === 'html_502') {
      if (sync) this.syncs.push(sync);
      reply.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
    } else {
      const answer = this.#answer(request, text);
      if (fault === 'lose_reply') reply.destroy();
      else {
        const type = answer.status < 400 ? 'application/json' : 'application/problem+json';
        reply.writeHead(answer.status, { 'content-type': type }).end(JSON.stringify(answer.body));
      }
    }
    this.#changed();
  }

  #answer(request: IncomingMessage, text: string): { status: number; body: unknown } {
    switch (request.url) {
      case '/healthz':
        return { status: 200, body: { status: 'ok' } };
      case '/api/agent/v1/enroll':
        return this.#enroll(bearerOf(request), EnrollRequest.parse(JSON.parse(text)));
      case '/api/agent/v1/sync': {
        const sync = SyncRequest.parse(JSON.parse(text));
        this.syncs.push(sync);
        if (this.refuse) return problem(this.refuse);
        const host = this.#hostOf(request);
        return host ? this.#sync(host, sync) : problem(this.#whyStranger(request));
      }
      case '/api/agent/v1/rotate':
        return this.#rotate(bearerOf(request), RotateRequest.parse(JSON.parse(text)).next_secret);
      case '/api/agent/v1/conflict': {
        this.conflicts.push(ConflictNotice.parse(JSON.parse(text)));
        return this.#ownHost(request);
      }
      case '/api/agent/v1/host':
        return this.#ownHost(request);
      default:
        return problem('not_found');
    }
  }

  #whyStranger(request: IncomingMessage): ProblemCode {
    const bearer = bearerOf(request);
    const isRetired = [...this.hosts.values()].some((host) => host.retired_secret === bearer);
    return isRetired ? 'secret_retired' : 'unauthorized';
  }

  #ownHost(request: IncomingMessage): { status: number; body: unknown } {
    if (this.refuse) return problem(this.refuse);
    const host = this.#hostOf(request);
    if (!host) return problem(this.#whyStranger(request));
    return { status: 200, body: { protocol: 1, host_id: host.host_id, name: 'box' } };
  }

  #rotate(bearer: string, next: string): { status: number; body: unknown } {
    const refusal = this.refuse ?? this.refusals.get(bearer);
    if (refusal) return problem(refusal);
    const hosts = [...this.hosts.values()];
    const taken = hosts.find(({ secret }) => secret === next);
    const mine = hosts.find(({ secret }) => secret === bearer);
    const host = taken && [taken.secret, taken.retired_secret].includes(bearer) ? taken : mine;
    if (!host) {
      const isRetired = hosts.some(({ retired_secret }) => retired_secret === bearer);
      return problem(isRetired ? 'secret_retired' : 'unauthorized');
    }
    if (host !== taken) {
      if (!host.rotate) return problem('rotation_not_asked');
      Object.assign(host, { secret: next, retired_secret: bearer, rotate: false });
      for (const [link, id] of this.#links) if (id === host.host_id) link.close(4001);
    }
    return { status: 200, body: { protocol: 1, host_id: host.host_id, name: 'box' } };
  }

  #enroll(bearer: string, wanted: EnrollRequest): { status: number; body: unknown } {
    this.enrolments.push(wanted);
    if (bearer !== this.token) return problem('unauthorized');
    const known = [...this.hosts.values()].find((host) => host.install_id === wanted.install_id);
    if (known && known.secret !== wanted.secret) return problem('install_conflict');
    const host_id = known?.host_id ?? `host_${randomUUID().replaceAll('-', '')}`;
    if (!known) this.addHost({ host_id, install_id: wanted.install_id, secret: wanted.secret });
    return { status: 200, body: { protocol: 1, host_id, name: wanted.name } };
  }

  addHost(identity: { host_id: string; install_id: string; secret: string }): FakeHost {
    const host: FakeHost = {
      ...identity,
      rotate: false,
      retired_secret: null,
      epoch: 0,
      process_id: null,
      observed_hash: null,
      instances: [],
      complete: false,
      inventory: null,
      desired: { revision: 0, launches: [], secrets: {}, registries: [] },
      held_revision: 0,
    };
    this.hosts.set(host.host_id, host);
    return host;
  }

  #sync(host: FakeHost, sync: SyncRequest): { status: number; body: unknown } {
    const same = sync.epoch === host.epoch && sync.process_id === host.process_id;
    if (!same && sync.epoch <= host.epoch) return problem('stale_epoch', { epoch: host.epoch });
    host.epoch = sync.epoch;
    host.process_id = sync.process_id;
    host.held_revision = sync.desired_revision;
    if (sync.observed) {
      host.observed_hash = sync.observed_hash;
      host.instances = sync.observed.instances;
      host.complete = sync.observed.complete;
      host.inventory = sync.observed.inventory;
    }
    const newer = sync.era !== this.era || sync.desired_revision < host.desired.revision;
    const reply: SyncReply = {
      protocol: 1,
      era: this.era,
      desired: this.forceSet ?? (newer ? host.desired : null),
      send_all: sync.observed_hash !== host.observed_hash,
      next_sync_ms: this.next_sync_ms,
      ...(host.rotate ? { rotate_secret: true } : {}),
    };
    return { status: 200, body: reply };
  }
}
