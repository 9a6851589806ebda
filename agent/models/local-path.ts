import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import type { Trouble } from '../work.ts';

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
  const code = await errorOf(async () => {
    const found = await stat(path);
    if (found.isFile()) return access(path, constants.R_OK);
    // Without the right to search a folder its names can be read and its files cannot.
    if (found.isDirectory()) return access(path, constants.R_OK | constants.X_OK);
    throw Object.assign(new Error(), { code: 'neither' });
  });
  switch (code) {
    case null:
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

async function errorOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  }
}
