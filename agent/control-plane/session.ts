import { randomBytes } from 'node:crypto';
import type { Journal } from '../journal.ts';

/** What this process is to the control plane: its turn among all processes that ever had this identity. */
export interface Session {
  readonly process_id: string;
  readonly epoch: number;
  /** The control plane answered this process. */
  accepted(): void;
  /**
   * Another process with a greater epoch spoke. A process that was never accepted takes the next epoch (`renewed`), since
   * its journal may be older than the server; an accepted one has been replaced (`conflict`) and must stop acting.
   * Design: "The host protocol".
   */
  refused(serverEpoch: number): Promise<'renewed' | 'conflict'>;
}

/**
 * Takes the next epoch; it is on the disk before this resolves. A disk that takes nothing (full, or read-only after an
 * error) is told to `onUnwritten` and stops nobody: the next process then takes this epoch again, is refused, and goes
 * one further, as any process whose journal is old.
 */
export async function startSession(
  journal: Pick<Journal, 'readEpoch' | 'writeEpoch'>,
  onUnwritten: (error: unknown) => void,
): Promise<Session> {
  let epoch = (await journal.readEpoch()) + 1;
  let wasAccepted = false;
  await journal.writeEpoch(epoch).catch(onUnwritten);
  return {
    process_id: randomBytes(12).toString('base64url'),
    get epoch() {
      return epoch;
    },
    accepted() {
      wasAccepted = true;
    },
    async refused(serverEpoch) {
      if (wasAccepted) return 'conflict';
      const next = Math.max(serverEpoch, epoch) + 1;
      await journal.writeEpoch(next).catch(onUnwritten);
      epoch = next;
      return 'renewed';
    },
  };
}
