import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { LaunchSpec } from '../contract/launch-spec.ts';
import { isPortTaken } from './ports.ts';
import type { Trouble } from './work.ts';

/** Why the launch cannot run here as things are, or null. Touches nothing. */
export async function preflight(spec: LaunchSpec): Promise<Trouble | null> {
  const [model, port] = await Promise.all([modelTrouble(spec), portTrouble(spec)]);
  return model ?? port;
}

/** Why the model's files cannot be used, or null. */
export async function modelTrouble(spec: LaunchSpec): Promise<Trouble | null> {
  switch (spec.model.source) {
    case 'huggingface':
      return trouble(
        'model_source_unsupported',
        'This agent cannot fetch models from a hub yet. Put the files on the host and use the source local_path.',
      );
    case 'local_path':
    case 'none':
      break;
  }
  const paths = new Set(spec.mounts.map(({ source }) => source));
  if (spec.model.host_path !== undefined) paths.add(spec.model.host_path);
  for (const path of paths) {
    const code = await whyUnreadable(path);
    if (code === null) continue;
    const what = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
    return trouble(
      'model_path_missing',
      `${path} ${what} on this host. Put the model's files there.`,
    );
  }
  return null;
}

async function whyUnreadable(path: string): Promise<string | null> {
  try {
    await access(path, constants.R_OK);
    return null;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  }
}

/** A process that is not ours may have taken the port. */
export async function portTrouble({ worker_ip, port }: LaunchSpec): Promise<Trouble | null> {
  if (!(await isPortTaken(worker_ip, port))) return null;
  return trouble(
    'port_in_use',
    `Another process on this host listens on ${worker_ip}:${port}. Stop it, or let the instance be placed anew with another port.`,
  );
}

function trouble(reason: string, message: string): Trouble {
  return { state: 'failed', reason, message, lines: [] };
}
