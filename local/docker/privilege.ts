import { runCommand } from './command.ts';
import { SetupError } from './setup-error.ts';

/**
 * What to put before a command that needs root: nothing for root, `sudo -n` where sudo asks no password. Throws
 * `SetupError` with the command for a person to run when it is neither.
 */
export async function rootPrefix(need: { purpose: string; command: string }): Promise<string[]> {
  if (process.getuid?.() === 0) return [];
  // In a session of its own, as the engine will be started: a password typed on this terminal does not count there.
  const sudo = await runCommand(['sudo', '-n', 'true'], { deadline_ms: 5_000, detached: true });
  if (sudo.code === 0) return ['sudo', '-n'];
  throw new SetupError(
    `${need.purpose} needs root, and sudo without a password is not set up for this user.`,
    `Run this, then try again:\n  ${need.command}`,
  );
}
