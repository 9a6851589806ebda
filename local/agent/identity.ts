import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** The part of the agent's identity file that tells whether it has enrolled. */
const Identity = z.object({ host_id: z.string().nullable() });

/** The id of the host that the agent with this state folder is; null as long as no enrolment is known to be done. */
export function enrolledHost(stateFolder: string): string | null {
  try {
    const text = readFileSync(join(stateFolder, 'identity.json'), 'utf8');
    return Identity.parse(JSON.parse(text)).host_id;
  } catch {
    // No file yet. About a damaged one the agent itself says what to do.
    return null;
  }
}
