import { WebSocket } from 'ws';
import { Doorbell, linkPing, linkPong } from '../../contract/agent-protocol.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { type Env, tunnelTo } from '../proxy.ts';
import type { Random } from './backoff.ts';

export interface LinkOptions {
  /** Of the control plane, without a slash at its end. */
  url: string;
  secret: () => string;
  /** The control plane does not know this host: it is dialled slowly. */
  refused: () => boolean;
  user_agent: string;
  clock: Clock;
  random: Random;
  log: Log;
  onUp: () => void;
  onDown: () => void;
  /** A desired set of this revision waits. */
  onBell: (revision: number) => void;
  ping_every_ms?: number;
  /** Of one attempt, proxy and all. */
  connect_deadline_ms?: number;
  /** Names the proxies; default: that of the process. */
  env?: Env;
}

export interface Link {
  readonly up: boolean;
  /** Ends it for good; no callback comes after this. */
  close(): void;
}

const defaultConnectDeadlineMs = 10_000;
const defaultPingEveryMs = 8000;
/** Many links fall together when the control plane is deployed; they come back spread over this long. */
const reconnectWindowMs = 15_000;
const refusedWindowMs = 60_000;
const firstWindowMs = 1000;

/**
 * Keeps a WebSocket to the hub: a doorbell and a sign of life, nothing else. Whatever happens to it (refused, cut, half
 * open) it is tried again, and the agent polls meanwhile.
 */
export function openLink(options: LinkOptions): Link {
  const { clock, random, log } = options;
  const pingEveryMs = options.ping_every_ms ?? defaultPingEveryMs;
  const connectDeadlineMs = options.connect_deadline_ms ?? defaultConnectDeadlineMs;
  let closed = false;
  let up = false;
  let refusals = 0;
  let socket: WebSocket | null = null;
  let cancelTimer = () => {};
  let lastRefusal = '';

  function connect(): void {
    const address = `${options.url.replace(/^http/, 'ws')}/api/agent/v1/link`;
    const agent = tunnelTo(options.url, options.env ?? process.env, {
      deadline_ms: connectDeadlineMs,
    });
    const current = new WebSocket(address, {
      ...(agent ? { agent } : {}),
      headers: { authorization: `Bearer ${options.secret()}`, 'user-agent': options.user_agent },
      handshakeTimeout: connectDeadlineMs,
      perMessageDeflate: false,
      maxPayload: 64 * 1024,
    });
    socket = current;
    let failure = '';

    current.on('open', () => {
      refusals = 0;
      lastRefusal = '';
      up = true;
      log.info('link up');
      sendPing(current);
      options.onUp();
    });
    current.on('message', (data, isBinary) => {
      const text = isBinary ? '' : String(data);
      if (text === linkPong) {
        cancelTimer();
        cancelTimer = clock.after(pingEveryMs, () => sendPing(current));
        return;
      }
      const bell = readDoorbell(text);
      if (bell) options.onBell(bell.revision);
      else log.warn('the link said something that is not a doorbell', { length: text.length });
    });
    current.on('error', (error) => {
      failure = error.message;
    });
    // ws closes after every error, so that this is the one end of each attempt.
    current.on('close', (code) => {
      cancelTimer();
      if (closed) return;
      const wasUp = up;
      up = false;
      const why = failure || `closed with code ${code}`;
      if (wasUp) log.warn('link down', { message: why });
      else if (why !== lastRefusal) log.warn('no link, polling instead', { message: why });
      lastRefusal = wasUp ? '' : why;
      cancelTimer = clock.after(reconnectDelayMs(wasUp), connect);
      if (wasUp) options.onDown();
    });
  }

  /** A link that fell may have fallen with all others. One that never was is tried quickly at first. */
  function reconnectDelayMs(wasUp: boolean): number {
    if (!wasUp) refusals++;
    if (options.refused()) return random() * refusedWindowMs;
    const window = wasUp
      ? reconnectWindowMs
      : Math.min(reconnectWindowMs, firstWindowMs * 2 ** Math.min(refusals - 1, 10));
    return random() * window;
  }

  /** A half-open connection shows by a ping that gets no answer. */
  function sendPing(current: WebSocket): void {
    cancelTimer();
    current.send(linkPing);
    cancelTimer = clock.after(pingEveryMs, () => current.terminate());
  }

  connect();
  return {
    get up() {
      return up;
    },
    close() {
      closed = true;
      up = false;
      cancelTimer();
      if (socket?.readyState === WebSocket.OPEN) socket.close(1000);
      else socket?.terminate();
    },
  };
}

function readDoorbell(text: string): Doorbell | null {
  try {
    const read = Doorbell.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null; // not JSON: reported by the caller as not a doorbell
  }
}
