import type { LinkSocket } from './borrowed-globals.ts';
import type { HubClass, HubObject } from './hub-module.ts';
import { ObjectStorage } from './object-storage.ts';
import type { Scheduler } from './scheduler.ts';

/** The call did not get through, or its object died under it. */
export class HubAwayError extends Error {
  override name = 'HubAwayError';
}

const firstAlarmRetryMs = 2000;
const alarmRetries = 6;

/** One hub as the platform runs it: made when it is called, and gone from one moment to the next. */
export class HubCell {
  /** The platform does not run it at the moment. */
  away = false;
  readonly storage: ObjectStorage;
  readonly #scheduler: Scheduler;
  readonly #make: (state: unknown, isAlive: () => boolean) => HubObject;
  readonly #sockets = new Map<LinkSocket, string[]>();
  #object: HubObject | null = null;
  /** What it does before anything else reaches it. */
  #ready = Promise.resolve();
  /** Counts its lives. */
  #life = 0;
  readonly #calls = new Set<(error: Error) => void>();

  constructor(
    scheduler: Scheduler,
    make: (isAlive: () => boolean) => { hub: HubClass; env: unknown },
  ) {
    this.#scheduler = scheduler;
    this.storage = new ObjectStorage(scheduler, () => this.#ringAlarm(0));
    this.#make = (state, isAlive) => {
      const { hub, env } = make(isAlive);
      return new hub(state, env);
    };
  }

  /** @throws HubAwayError when it dies meanwhile */
  async call<Result>(act: (hub: HubObject) => Promise<Result>): Promise<Result> {
    if (this.away) throw new HubAwayError('the hub is away');
    this.#object ??= this.#wake();
    const object = this.#object;
    const answer = this.#ready.then(() => act(object));
    return new Promise((resolve, reject) => {
      this.#calls.add(reject);
      const end = () => this.#calls.delete(reject);
      answer.then(resolve, reject).finally(end);
    });
  }

  /** It sleeps, or its memory is lost: the links stay. */
  evict(): void {
    this.#life += 1;
    this.#object = null;
    for (const reject of [...this.#calls]) reject(new HubAwayError('the hub died'));
    this.#calls.clear();
  }

  /** A deploy: it dies, and every link with it, without a word. */
  redeploy(): void {
    const sockets = [...this.#sockets.keys()];
    this.#sockets.clear();
    this.evict();
    for (const socket of sockets) socket.close(1006);
  }

  /** The other end closed this link, and word of it came through. */
  hearClose(socket: LinkSocket, code: number): void {
    if (!this.#sockets.has(socket)) return;
    const forget = () => {
      socket.open = false;
      this.#sockets.delete(socket);
    };
    if (this.away) {
      forget();
      return;
    }
    void this.call((hub) => hub.webSocketClose(socket, code)).then(forget, forget);
  }

  /** The runtime answers a ping by itself. */
  answerPing(socket: LinkSocket): boolean {
    if (this.away || !socket.open || !this.#sockets.has(socket)) return false;
    socket.pingedAt = this.#scheduler.nowMs;
    return true;
  }

  #wake(): HubObject {
    const life = ++this.#life;
    const isAlive = () => life === this.#life;
    const state = {
      storage: this.storage.open(isAlive),
      setWebSocketAutoResponse() {},
      waitUntil: (work: Promise<void>) => {
        // What it reports is what a later call finds; an object that is gone has no one to tell.
        work.catch(
          (error: unknown) => isAlive() && this.#scheduler.note(`hub: work failed: ${error}`),
        );
      },
      blockConcurrencyWhile: (first: () => Promise<void>) => {
        this.#ready = first();
        // A hub that can't begin is ended by the platform, and made anew with the next call.
        this.#ready.catch(() => isAlive() && this.evict());
      },
      acceptWebSocket: (socket: LinkSocket, tags: string[]) => {
        this.#sockets.set(socket, tags);
      },
      getWebSockets: (tag?: string) =>
        [...this.#sockets]
          .filter(([socket, tags]) => socket.open && (tag === undefined || tags.includes(tag)))
          .map(([socket]) => socket),
      getTags: (socket: LinkSocket) => this.#sockets.get(socket) ?? [],
      getWebSocketAutoResponseTimestamp: (socket: LinkSocket) =>
        socket.pingedAt === null ? null : new Date(socket.pingedAt),
    };
    return this.#make(state, isAlive);
  }

  /** As the platform does it: again with growing pauses when it fails, and given up in the end. */
  #ringAlarm(retries: number): void {
    if (this.away) {
      this.#scheduler.after(1000, () => this.#ringAlarm(retries));
      return;
    }
    this.call((hub) => hub.alarm()).catch((error: unknown) => {
      this.#scheduler.note(`hub: its alarm failed: ${error}`);
      if (retries === alarmRetries) return;
      this.#scheduler.after(firstAlarmRetryMs * 2 ** retries, () => this.#ringAlarm(retries + 1));
    });
  }
}
