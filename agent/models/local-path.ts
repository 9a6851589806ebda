import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import { inTime } from '../in-time.ts';
import type { Trouble } from '../work.ts';

const ask = inTime<string>(10_000);

/** Why what the launch names on this host's own disk cannot be used, or null. Touches nothing. */
export async function localPathTrouble(spec: LaunchSpec): Promise<Trouble | null> {
  const paths = new Set(spec.mounts.map(({ source }) => source));
  if (spec.model.host_path !== undefined) paths.add(spec.model.host_path);
  for (const path of paths) {
    const why = await whyUnusable(path);
    if (why !== null) return { state: 'failed', lines: [], ...why };
  }
  return null;
}

async function whyUnusable(path: string): Promise<Pick<Trouble, 'reason' | 'message'> | null> {
  const code = await ask(path, () => errorOf(path));
  if (code === null) {
    return {
      reason: 'model_path_unreadable',
      message: `${path} does not answer on this host. Is the disk that it is on still there?`,
    };
  }
  switch (code) {
    case 'none':
      return null;
    case 'ENOENT':
    case 'ENOTDIR':
      return {
        reason: 'model_path_missing',
        message: `${path} is not there on this host. Put the model's files there.`,
      };
    case 'neither':
      return {
        reason: 'model_path_wrong_kind',
        message: `${path} is neither a file nor a folder on this host. Name the model's file or folder.`,
      };
    default:
      return {
        reason: 'model_path_unreadable',
        message: `${path} cannot be read on this host (${code}). Let the agent's user read it.`,
      };
  }
}

/** The code of the error with which it cannot be used; `none`: it can. */
async function errorOf(path: string): Promise<string> {
  try {
    const found = await stat(path);
    if (found.isFile()) await access(path, constants.R_OK);
    // Without the right to search a folder its names can be read and its files cannot.
    else if (found.isDirectory()) await access(path, constants.R_OK | constants.X_OK);
    else return 'neither';
    return 'none';
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  }
}
