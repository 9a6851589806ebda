import { constants } from 'node:fs';
import { access, mkdir, realpath, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { isErrno, readFileIfThere, writeFileAtomic } from '../atomic-file.ts';
import { inTime } from '../in-time.ts';

export interface PlaceOptions {
  /** Of the models. */
  folder: string;
  /** Of the agent's state, where it is written down on which disk the models are. */
  state: string;
  deadline_ms?: number;
  /** Of the file system that holds a path; for tests. */
  deviceOf?: (path: string) => Promise<number>;
}

/** `mount`: where the disk of the folder is mounted; null: it is the one of the state. */
const Place = z.object({ folder: z.string(), mount: z.string().nullable() });
type Place = z.infer<typeof Place>;

/**
 * Looks whether models can be kept in their folder at present, and makes it: why not, in words, or null. A folder that
 * was on a disk of its own is not taken while that disk is not there: what is under its mount point is another disk,
 * most often the system's, which models would fill. Never rejects.
 */
export function watchPlace(options: PlaceOptions): () => Promise<string | null> {
  const { folder, state, deadline_ms = 5000, deviceOf = device } = options;
  const file = join(state, 'models.json');
  const ask = inTime<{ fault: string | null }>(deadline_ms);
  let known: Place | null = null;

  async function look(): Promise<{ fault: string | null }> {
    known ??= await readPlace(file);
    const before = known?.folder === folder ? known : null;
    const [mount, ofState] = [await mountOf(folder, deviceOf), await mountOf(state, deviceOf)];
    if (before?.mount != null && before.mount !== mount && isAbove(mount, before.mount)) {
      return {
        fault: `The disk that was mounted at ${before.mount} is not there, and models are kept on it (${folder}). Mount it, and restart the agent if this stays. If models shall lie on what is there now, remove ${file}.`,
      };
    }
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.X_OK);
    // The kernel may know the above by heart; this one the disk has to answer.
    await statfs(folder);
    const now = { folder, mount: mount === ofState ? null : mount };
    if (before?.mount === now.mount) return { fault: null };
    known = now;
    await writePlace(file, now);
    return { fault: null };
  }

  async function told(): Promise<{ fault: string | null }> {
    try {
      return await look();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return {
        fault: `Models cannot be kept in ${folder}: ${why}. Mend the disk, or give the agent another folder with --models.`,
      };
    }
  }

  return async () => {
    const found = await ask(folder, told);
    if (found !== null) return found.fault;
    return `The disk of the models (${folder}) does not answer. Look at what it is mounted from; launches that need a model from a hub wait for it.`;
  };
}

async function readPlace(file: string): Promise<Place | null> {
  try {
    const read = Place.safeParse(JSON.parse((await readFileIfThere(file)) ?? 'null'));
    return read.success ? read.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null; // torn: it is written anew
    throw error;
  }
}

async function writePlace(file: string, place: Place): Promise<void> {
  try {
    await writeFileAtomic(file, `${JSON.stringify(place)}\n`);
  } catch (error) {
    // A state folder that cannot be written has a condition of its own, and keeps no model from coming.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
  }
}

/** The mount point of the disk that a path is on, or would be on once it is made. */
async function mountOf(path: string, deviceOf: (path: string) => Promise<number>): Promise<string> {
  let at = await nearest(path);
  const itsDevice = await deviceOf(at);
  for (let above = dirname(at); above !== at; above = dirname(at)) {
    if ((await deviceOf(above)) !== itsDevice) return at;
    at = above;
  }
  return at;
}

/** The path without links, or of the nearest folder above it that is there. */
async function nearest(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    return nearest(dirname(path));
  }
}

async function device(path: string): Promise<number> {
  return (await stat(path)).dev;
}

function isAbove(mount: string, below: string): boolean {
  return below.startsWith(mount.endsWith('/') ? mount : `${mount}/`);
}
