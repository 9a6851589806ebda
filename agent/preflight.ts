import type { LaunchSpec } from '../contract/launch-spec.ts';
import { localPathTrouble } from './models/local-path.ts';
import { isPortTaken } from './ports.ts';
import type { Trouble } from './work.ts';

/** Why the launch cannot run here as things are, or null. Touches nothing. */
export async function preflight(spec: LaunchSpec): Promise<Trouble | null> {
  const [model, port] = await Promise.all([localPathTrouble(spec), portTrouble(spec)]);
  return model ?? port;
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
