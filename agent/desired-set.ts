import type { SyncReply } from '../contract/agent-protocol.ts';
import { desiredOf, type Held, secretsOf } from './desired.ts';
import type { Log } from './log.ts';
import type { RegistryLogins } from './registry-logins.ts';
import type { Secrets } from './secrets.ts';

export interface DesiredSetOptions {
  /** As the journal has it. */
  held: Held | null;
  write: (held: Held) => Promise<void>;
  secrets: Secrets;
  logins: RegistryLogins;
  log: Log;
  /** Another set, or that it is confirmed is another word than before. */
  onChange: (held: Held, confirmed: boolean) => void;
  /** The logins at these registries are other ones now. */
  onLogins: (servers: ReadonlySet<string>) => void;
  /** The journal has the newest set. */
  onWritten: () => void;
  onFault: (error: unknown) => void;
}

/** What shall run on this host, as the control plane last said, to this process or an earlier one. */
export interface DesiredSet {
  readonly held: Held | null;
  /** The control plane said, to this process, that this is its current set. */
  readonly confirmed: boolean;
  /** What a sync says of it. */
  holding(): { era: string | null; desired_revision: number };
  /** `received`: the JSON value that the reply was read from; `sent`: of the sync that it answers. */
  onReply(reply: SyncReply, received: unknown, sent: { desired_revision: number }): void;
  /** The host was removed: nothing shall run on it any more, also after a restart. */
  dismiss(): void;
  /** The newest set is journalled, or could not be. */
  settled(): Promise<void>;
}

export function createDesiredSet(options: DesiredSetOptions): DesiredSet {
  const { secrets, logins, log, onChange } = options;
  let held = options.held;
  let confirmed = false;
  /** Of the last reply; before any set is held. */
  let era: string | null = null;
  let journalled: Promise<void> = Promise.resolve();

  /** A set whose secrets or logins are not here counts as not held: they come with the set only. */
  function revisionHeld(): number {
    if (!held) return 0;
    if (confirmed) return held.revision;
    const lacking = held.launches.some(
      (launch) => !logins.known || secretsOf(launch).some((name) => !secrets.values.has(name)),
    );
    return lacking ? 0 : held.revision;
  }

  /** Acts on the set at once: should the agent die before it is journalled, the set comes again. */
  function take(desired: Held): void {
    const isNews = desired.revision !== held?.revision || desired.era !== held.era;
    if (isNews) {
      log.info('desired set', { revision: desired.revision, launches: desired.launches.length });
    }
    held = desired;
    confirmed = true;
    onChange(held, true);
    if (!isNews) return;
    journalled = options.write(desired).then(options.onWritten, options.onFault);
  }

  return {
    get held() {
      return held;
    },
    get confirmed() {
      return confirmed;
    },
    holding: () => ({ era: held?.era ?? era, desired_revision: revisionHeld() }),
    onReply(reply, received, sent) {
      const desired = desiredOf(reply, received);
      if (desired && reply.desired) {
        if (held && desired.era === held.era && desired.revision < held.revision) {
          log.warn('a desired set older than the one held was left out', {
            revision: desired.revision,
          });
          return;
        }
        const { registries } = reply.desired;
        secrets.replace(
          reply.desired.secrets,
          registries.map(({ password }) => password),
        );
        const changed = logins.replace(registries);
        take(desired);
        options.onLogins(changed);
        return;
      }
      if (!held) {
        era = reply.era;
        return;
      }
      // "Nothing newer" confirms what is held, unless the database is another one than the set came from.
      const current = reply.era === held.era && sent.desired_revision === held.revision;
      if (current === confirmed) return;
      confirmed = current;
      onChange(held, confirmed);
    },
    dismiss() {
      const last = held ?? { era: era ?? 'none', revision: 0 };
      held = { era: last.era, revision: last.revision, launches: [] };
      confirmed = true;
      onChange(held, true);
      journalled = options.write(held).then(options.onWritten, options.onFault);
    },
    settled: () => journalled,
  };
}
