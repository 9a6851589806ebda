import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { readFileIfThere, writeFileAtomic } from './atomic-file.ts';
import { type Held, readLaunch } from './desired.ts';

/** Who this host is to its control plane. */
export const Identity = z.object({
  install_id: z.string(),
  secret: z.string(),
  /** Offered to take its place; there while it is not known whether it did. */
  next_secret: z.string().optional(),
  url: z.string(),
  /** Null until a reply to the enrolment was seen. */
  host_id: z.string().nullable(),
});
export type Identity = z.infer<typeof Identity>;

const EpochFile = z.object({ epoch: z.int().min(0) });
const PulledImage = z.object({
  /** In its canonical spelling. */
  image: z.string(),
  id: z.string(),
  /** Unix time. */
  last_used_ms: z.number(),
});
/** An image that this agent pulled. */
export type PulledImage = z.infer<typeof PulledImage>;

const ImagesFile = z.object({ version: z.literal(1), images: z.array(PulledImage) });
const DesiredFile = z.object({
  version: z.literal(1),
  era: z.string(),
  revision: z.int().min(0),
  launches: z.array(z.unknown()),
});

/** The identity file is there and cannot be read: guessing a new one would make a second host of this machine. */
export class BrokenIdentityError extends Error {
  override name = 'BrokenIdentityError';
}

/**
 * What an agent must know after its own restart. Every write is atomic and is on the disk when it resolves. Values of
 * secrets never get here: launches hold marks in their place.
 */
export interface Journal {
  /** Null: never enrolled. Throws `BrokenIdentityError`. */
  readIdentity(): Promise<Identity | null>;
  writeIdentity(identity: Identity): Promise<void>;
  /** 0 when none was journalled or the file is broken: the control plane then says which one is next. */
  readEpoch(): Promise<number>;
  writeEpoch(epoch: number): Promise<void>;
  /** Null when none was journalled or the file is broken: then no desired set is known. */
  readDesired(): Promise<Held | null>;
  /** Writes of a set that a later one has overtaken are left out. */
  writeDesired(held: Held): Promise<void>;
  /** None when none were journalled or the file is broken: then none of them is removed. */
  readImages(): Promise<PulledImage[]>;
  /** Two writes must not overlap. */
  writeImages(images: readonly PulledImage[]): Promise<void>;
}

/** Makes the state folder (0700) when it is not there. */
export async function openJournal(folder: string): Promise<Journal> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = {
    identity: join(folder, 'identity.json'),
    epoch: join(folder, 'epoch.json'),
    desired: join(folder, 'desired.json'),
    images: join(folder, 'images.json'),
  };
  let newest: Held | null = null;
  let writes: Promise<void> = Promise.resolve();

  return {
    async readIdentity() {
      const text = await readFileIfThere(path.identity);
      if (text === null) return null;
      const identity = Identity.safeParse(parseJson(text));
      if (identity.success) return identity.data;
      throw new BrokenIdentityError(
        `${path.identity} is broken. Restore it, or remove it to enrol this machine as a new host.`,
      );
    },
    writeIdentity: (identity) => writeFileAtomic(path.identity, json(identity)),

    async readEpoch() {
      const file = EpochFile.safeParse(parseJson(await readFileIfThere(path.epoch)));
      return file.success ? file.data.epoch : 0;
    },
    writeEpoch: (epoch) => writeFileAtomic(path.epoch, json({ epoch })),

    async readDesired() {
      const file = DesiredFile.safeParse(parseJson(await readFileIfThere(path.desired)));
      if (!file.success) return null;
      try {
        const { era, revision, launches } = file.data;
        return { era, revision, launches: launches.map(readLaunch) };
      } catch (error) {
        if (error instanceof z.ZodError) return null;
        throw error;
      }
    },
    writeDesired(held) {
      newest = held;
      const write = async () => {
        if (newest !== held) return;
        const launches = held.launches.map((launch) => launch.received);
        const file = { version: 1, era: held.era, revision: held.revision, launches };
        await writeFileAtomic(path.desired, json(file));
      };
      const written = writes.then(write);
      writes = written.catch(() => {}); // the caller gets the error; the next write goes on
      return written;
    },

    async readImages() {
      const file = ImagesFile.safeParse(parseJson(await readFileIfThere(path.images)));
      return file.success ? file.data.images : [];
    },
    writeImages: (images) => writeFileAtomic(path.images, json({ version: 1, images })),
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** Undefined for what is not JSON. */
function parseJson(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
