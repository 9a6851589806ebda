import { type ConflictNotice, OwnHost } from '../../contract/agent-protocol.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { HttpClient } from './http-client.ts';

export interface ConflictOptions {
  host_id: string;
  /** Made when there is a conflict: by then the other one is closed. */
  createClient: () => HttpClient;
  secret: () => string;
  notice: () => ConflictNotice;
  clock: Clock;
  log: Log;
}

/** Tells people, and the control plane, that another process has taken this host while this one still runs. */
export interface Conflict {
  readonly begun: boolean;
  begin(): void;
  stop(): void;
}

const reminderMs = 60_000;

/** The control plane shows a conflict for as long as it hears of it: once a minute is enough. */
export function createConflict(options: ConflictOptions): Conflict {
  const { host_id, clock, log } = options;
  let client: HttpClient | null = null;
  let cancel = () => {};

  function remind(): void {
    log.error('identity_conflict', {
      host: host_id,
      message:
        'another agent with this identity has taken over; this one does nothing and touches no container. Stop one of them, and start this one again if it is the one to stay.',
    });
    void client?.post({
      path: '/api/agent/v1/conflict',
      bearer: options.secret(),
      body: JSON.stringify(options.notice()),
      reply: OwnHost,
    });
    cancel = clock.after(reminderMs, remind);
  }

  return {
    get begun() {
      return client !== null;
    },
    begin() {
      client = options.createClient();
      remind();
    },
    stop() {
      cancel();
      client?.close();
    },
  };
}
