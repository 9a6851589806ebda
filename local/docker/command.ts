import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** Where administration programs live, which the PATH of an ordinary user often leaves out. */
const ADMIN_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin'];

/** PATH with the administration folders behind it. */
export function adminPath(env: Readonly<Record<string, string | undefined>>): string {
  const own = (env.PATH ?? '').split(':').filter((folder) => folder !== '');
  return [...new Set([...own, ...ADMIN_FOLDERS])].join(':');
}

export async function findProgram(name: string, path: string): Promise<string | null> {
  for (const folder of path.split(':')) {
    const file = join(folder, name);
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return null;
}

export interface CommandResult {
  /** Null when the program could not be started or was ended by the deadline. */
  code: number | null;
  /** The last 8,000 characters of stdout and stderr together. */
  output: string;
}

/** Runs a program without input. Never rejects; a program past its deadline is ended. */
export function runCommand(
  command: readonly string[],
  options: { deadline_ms: number; env?: NodeJS.ProcessEnv; detached?: boolean },
): Promise<CommandResult> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: options.env ?? process.env,
      detached: options.detached ?? false,
      timeout: options.deadline_ms,
    });
    const keep = (chunk: Buffer | string) => {
      output = `${output}${chunk}`.slice(-8_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** The last lines of an output that hold something. */
export function lastLines(output: string, count: number): string {
  const lines = output.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  return lines.slice(-count).join('\n');
}
