import { parseArgs } from 'node:util';
import { SetupError } from './docker/setup-error.ts';

export const usage = `Runs Longshore on this machine: a libSQL server, the control plane, and an agent on the local Docker engine.

  npm start -- [options]
    --no-agent     without the agent: hosts elsewhere do the work
    --demo         deploy a stand-in model and show how to ask it (make start)
    --help

  PORT             8787; 0: any free one
  HOST             127.0.0.1 (this machine only)
  LONGSHORE_HOME   .longshore: the data, the logs, and local.json with the address and the admin token
  DOCKER_HOST      unix:///var/run/docker.sock
`;

export interface LocalOptions {
  port: number;
  host: string;
  home: string;
  agent: boolean;
  demo: boolean;
}

export type CommandLine = { kind: 'help' } | { kind: 'run'; options: LocalOptions };

/** Reads flags and environment. Throws `SetupError` for what makes no sense. */
export function readCommandLine(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CommandLine {
  const flags = parseFlags(args);
  if (flags.help) return { kind: 'help' };
  const agent = !flags['no-agent'];
  const demo = flags.demo ?? false;
  if (demo && !agent) {
    throw new SetupError('--demo needs an agent to run its model.', 'Leave --no-agent out.');
  }
  const home = env.LONGSHORE_HOME?.trim() || '.longshore';
  const host = env.HOST?.trim() || '127.0.0.1';
  return { kind: 'run', options: { port: readPort(env.PORT), host, home, agent, demo } };
}

function parseFlags(args: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const options = { 'no-agent': flag, demo: flag, help: { ...flag, short: 'h' } } as const;
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    // parseArgs throws TypeErrors that are written for people.
    if (!(error instanceof TypeError)) throw error;
    throw new SetupError(error.message, 'See npm start -- --help.');
  }
}

function readPort(text: string | undefined): number {
  if (!text?.trim()) return 8787;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text.trim()) && port <= 65_535) return port;
  throw new SetupError(`PORT is "${text}", which is no port.`, 'Use a number from 0 to 65535.');
}
