import { OwnHost } from '../../contract/agent-protocol.ts';
import type { Identity, Journal } from '../journal.ts';
import type { Log } from '../log.ts';
import { newHostSecret } from './host-secret.ts';
import type { Answer, HttpClient } from './http-client.ts';

export interface CredentialsOptions {
  identity: Identity;
  journal: Pick<Journal, 'writeIdentity'>;
  client: Pick<HttpClient, 'post'>;
  log: Log;
  onUnwritten: (error: unknown) => void;
}

type Refusal = Exclude<Answer<OwnHost>, { kind: 'reply' }>;

/**
 * The secret of this host, and how another takes its place. What the disk holds, and what the control plane knows then:
 *
 *   old         the old one
 *   old, next   either: the next one was made, and its offer was not sent, was sent, or was taken and the reply lost
 *   next        the next one
 *
 * A process that finds two offers the next one before it says anything else. The same offer again gets the same answer,
 * also after it was taken, so that every step may be lost, late or twice. Described in docs/agent.md.
 */
export interface Credentials {
  /** The bearer of every call. */
  readonly secret: string;
  /** A next secret is on the disk and has to be offered before anything else is said. */
  readonly pending: boolean;
  /** Makes the next secret. It is on the disk when this resolves, or nothing is pending, since the disk takes none. */
  prepare(): Promise<void>;
  /** Offers the next secret. Null: it is settled which one holds. Else the answer that left it open. */
  offer(): Promise<Refusal | null>;
}

export function createCredentials(options: CredentialsOptions): Credentials {
  const { journal, client, log, onUnwritten } = options;
  let identity = options.identity;
  let pending = identity.next_secret !== undefined;

  async function keep(next: Identity): Promise<boolean> {
    try {
      await journal.writeIdentity(next);
      return true;
    } catch (error) {
      onUnwritten(error);
      return false;
    }
  }

  function post(bearer: string, next_secret: string): Promise<Answer<OwnHost>> {
    const body = JSON.stringify({ next_secret });
    return client.post({ path: '/api/agent/v1/rotate', bearer, body, reply: OwnHost });
  }

  /** Where the disk does not take it, it still holds both, which the next process settles. */
  async function settle(secret: string): Promise<null> {
    const { next_secret: _offered, ...rest } = identity;
    identity = { ...rest, secret };
    pending = false;
    await keep(identity);
    return null;
  }

  return {
    get secret() {
      return identity.secret;
    },
    get pending() {
      return pending;
    },

    async prepare() {
      // One that could not be offered before is offered now: the control plane may have taken it.
      const prepared = { ...identity, next_secret: identity.next_secret ?? newHostSecret() };
      if (!(await keep(prepared))) return;
      identity = prepared;
      pending = true;
    },

    async offer() {
      const { secret, next_secret: next } = identity;
      if (next === undefined) return null;
      let answer = await post(secret, next);
      // Taken long ago, and yet another one was retired since: then the next one speaks for itself, unless nobody has it.
      if (answer.kind === 'problem' && answer.problem.status === 401) {
        const own = await post(next, next);
        if (own.kind !== 'problem' || own.problem.status !== 401) answer = own;
      }
      if (answer.kind === 'reply') {
        log.info('this host has a new secret');
        return settle(next);
      }
      if (answer.kind === 'no_answer') return answer;
      const { status, code, detail } = answer.problem;
      if (code === 'rotation_not_asked') return settle(secret);
      const isRefused = [401, 403, 410, 429].includes(status) || status >= 500;
      if (isRefused) return answer;
      // An older control plane, or one that wants another secret. Both stay until a new one is asked for again.
      log.warn('the new secret was not taken', { code, message: detail });
      pending = false;
      if (code === 'conflict') await settle(secret);
      return null;
    },
  };
}
