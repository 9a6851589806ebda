import { canonicalImage } from '../../contract/image-reference.ts';
import type { PulledImage } from '../journal.ts';

/** The images that this agent pulled itself: the only ones that it may remove. */
export interface ImageRecords {
  all(): readonly PulledImage[];
  /** Also when another image has taken its name: then both are kept. */
  pulled(image: string, id: string): void;
  /** It is used now. Does nothing for what this agent did not pull. */
  touch(image: string): void;
  forget(record: PulledImage): void;
  /** All that was said so far is journalled, or could not be. */
  settled(): Promise<void>;
}

export interface ImageRecordsOptions {
  /** As the journal has them. */
  records: readonly PulledImage[];
  write: (records: readonly PulledImage[]) => Promise<void>;
  wall: () => number;
  /** What cannot be journalled is not removed after a restart of the agent, and no more than that. */
  onFault: (error: unknown) => void;
}

/** A second more or less decides nothing, and each change is a write to the disk. */
const touchedEveryMs = 60_000;

export function createImageRecords(options: ImageRecordsOptions): ImageRecords {
  let records = [...options.records];
  let written: Promise<void> = Promise.resolve();

  function change(next: PulledImage[]): void {
    records = next;
    written = written.then(() => options.write(next)).catch(options.onFault);
  }

  return {
    all: () => records,
    pulled(image, id) {
      const name = canonicalImage(image);
      const others = records.filter((record) => record.image !== name || record.id !== id);
      change([...others, { image: name, id, last_used_ms: options.wall() }]);
    },
    touch(image) {
      const name = canonicalImage(image);
      const nowMs = options.wall();
      const isStale = ({ image: other, last_used_ms }: PulledImage) =>
        other === name && nowMs - last_used_ms >= touchedEveryMs;
      if (!records.some(isStale)) return;
      change(
        records.map((record) => (isStale(record) ? { ...record, last_used_ms: nowMs } : record)),
      );
    },
    forget(record) {
      change(records.filter((other) => other.image !== record.image || other.id !== record.id));
    },
    settled: () => written,
  };
}
