import { mkdir, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { readFileIfThere, writeFileAtomic } from '../atomic-file.ts';
import { namesIn } from './files.ts';
import { HubFile } from './hub.ts';
import type { Layout } from './layout.ts';

/** Which commit a launch uses, from its first look on: its branch may move, and the hub be away, when it starts again. */
const Pin = z.object({
  repo: z.string(),
  revision: z.string(),
  commit: z.string(),
  include: z.array(z.string()).readonly().nullable(),
  file: z.string().nullable(),
  /** The snapshot. */
  key: z.string(),
});
export type Pin = z.infer<typeof Pin>;

/**
 * What a snapshot consists of, written before its first byte is fetched and removed after its last: whatever a crash
 * leaves behind is named by one.
 */
const SnapshotRecord = z.object({
  key: z.string(),
  repo: z.string(),
  commit: z.string(),
  files: z.array(HubFile),
});
export type SnapshotRecord = z.infer<typeof SnapshotRecord>;

/** A broken or missing one reads as null: it is then made anew. */
export interface Records {
  readPin(container: string): Promise<Pin | null>;
  /** Writes nothing where it stands already: a launch starts again on a full disk too. */
  writePin(container: string, pin: Pin): Promise<void>;
  removePin(container: string): Promise<void>;
  /** By container. */
  pins(): Promise<Map<string, Pin>>;
  read(key: string): Promise<SnapshotRecord | null>;
  write(record: SnapshotRecord): Promise<void>;
  all(): Promise<SnapshotRecord[]>;
  /** Says that it is used, at this Unix time. */
  touch(key: string, wallMs: number): Promise<void>;
  /** Unix time of the last touch, or of the writing. */
  lastUsedMs(key: string): Promise<number>;
}

export function createRecords(layout: Layout): Records {
  const readPin = (container: string) => readJson(layout.pin(container), Pin);
  const read = (key: string) => readJson(layout.record(key), SnapshotRecord);
  return {
    readPin,
    async writePin(container, pin) {
      const text = JSON.stringify(pin);
      if ((await readFileIfThere(layout.pin(container))) === text) return;
      await mkdir(layout.pins, { recursive: true });
      await writeFileAtomic(layout.pin(container), text);
    },
    removePin: (container) => rm(layout.pin(container), { force: true }),
    async pins() {
      const names = (await namesIn(layout.pins)).filter((name) => name.endsWith('.json'));
      const found = new Map<string, Pin>();
      for (const name of names) {
        const container = decodeURIComponent(name.slice(0, -'.json'.length));
        const pin = await readPin(container);
        if (pin) found.set(container, pin);
      }
      return found;
    },
    read,
    async write(record) {
      const path = layout.record(record.key);
      await mkdir(dirname(path), { recursive: true });
      await writeFileAtomic(path, JSON.stringify(record));
    },
    async all() {
      const records = await Promise.all((await namesIn(layout.snapshots)).map(read));
      return records.filter((record) => record !== null);
    },
    touch: (key, wallMs) => utimes(layout.record(key), wallMs / 1000, wallMs / 1000),
    lastUsedMs: async (key) => (await stat(layout.record(key))).mtimeMs,
  };
}

async function readJson<Value>(path: string, schema: z.ZodType<Value>): Promise<Value | null> {
  const text = await readFileIfThere(path);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}
