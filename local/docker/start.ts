import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { adminPath, lastLines, runCommand } from './command.ts';
import { readPidFiles } from './pid-files.ts';
import { rootPrefix } from './privilege.ts';
import { type Probe, probeEngine } from './probe.ts';
import { SetupError } from './setup-error.ts';

const SYSTEM_LOG = '/var/log/longshore-dockerd.log';
/** In the home folder of a user who starts the engine through sudo. */
const USER_LOG = '.local/state/longshore/dockerd.log';
const READY_DEADLINE_MS = 60_000;
const POLL_MS = 100;
const SYSTEMCTL_DEADLINE_MS = 90_000;
const REMOVE_DEADLINE_MS = 5_000;

export interface StartResult {
  /** 'answers' or 'denied'. */
  probe: Probe;
  /** False when an engine was on its way already. */
  startedByUs: boolean;
}

/**
 * Starts the installed engine and waits until it answers. It runs in a session of its own and outlives this process. An
 * engine that is already on its way is waited for instead. Throws `SetupError` when it does not come up.
 */
export async function startEngine(dockerd: string, socketPath: string): Promise<StartResult> {
  const systemd = existsSync('/run/systemd/system');
  const root = await rootPrefix({
    purpose: 'Starting the Docker engine',
    command: systemd
      ? 'sudo systemctl start docker'
      : `sudo setsid ${dockerd} </dev/null >/tmp/dockerd.log 2>&1 &`,
  });
  if (systemd) {
    await startUnit(root);
    const probe = await waitUntilReady({ socketPath, whereToLook: 'see journalctl -u docker' });
    return { probe, startedByUs: true };
  }
  const { engineAlive, stale } = await readPidFiles(root);
  if (engineAlive) {
    const probe = await waitUntilReady({ socketPath, whereToLook: 'see the log of dockerd' });
    return { probe, startedByUs: false };
  }
  if (stale.length > 0) await removeFiles(root, stale);
  const logFile = root.length === 0 ? SYSTEM_LOG : join(homedir(), USER_LOG);
  const { child, ended } = await spawnEngine([...root, dockerd], logFile);
  // When two start at once, one of them ends at the other's pid file, and the other's engine is as good.
  const failure = async () => {
    const end = await ended();
    return end !== null && (await readPidFiles(root)).engineAlive ? null : end;
  };
  try {
    const probe = await waitUntilReady({ socketPath, whereToLook: `see ${logFile}`, failure });
    return { probe, startedByUs: (await ended()) === null };
  } finally {
    child.unref();
  }
}

async function startUnit(root: string[]): Promise<void> {
  const started = await runCommand([...root, 'systemctl', 'start', 'docker'], {
    deadline_ms: SYSTEMCTL_DEADLINE_MS,
  });
  if (started.code === 0) return;
  throw new SetupError(
    `systemctl could not start the Docker engine: ${lastLines(started.output, 5)}`,
    'See why: sudo journalctl -u docker -n 50',
  );
}

async function removeFiles(root: string[], files: string[]): Promise<void> {
  const removed = await runCommand([...root, 'rm', '-f', ...files], {
    deadline_ms: REMOVE_DEADLINE_MS,
  });
  if (removed.code === 0) return;
  throw new SetupError(
    `Files that a dead Docker engine left behind cannot be removed: ${removed.output}`,
    `Run this, then try again:\n  sudo rm ${files.join(' ')}`,
  );
}

interface StartedEngine {
  child: ChildProcess;
  /** Set once the process has ended, with what it logged since it was started. */
  ended: () => Promise<string | null>;
}

async function spawnEngine(command: string[], logFile: string): Promise<StartedEngine> {
  await mkdir(dirname(logFile), { recursive: true });
  const log = await open(logFile, 'a', 0o600);
  try {
    const { size } = await log.stat();
    const [program = '', ...args] = command;
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: engineEnvironment(process.env),
      cwd: '/',
    });
    let end: string | null = null;
    child.on('error', (error) => {
      end = error.message;
    });
    child.on('exit', (code, signal) => {
      end ??= `it ended with ${signal ?? code}`;
    });
    const ended = async () => {
      if (end === null) return null;
      const text = (await readFile(logFile)).subarray(size).toString('utf8');
      return `${end}\n${lastLines(text, 8)}`.trim();
    };
    return { child, ended };
  } finally {
    await log.close();
  }
}

/** The engine outlives us, so it gets what it needs (proxies for pulls), not our whole environment. */
export function engineEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const kept: Record<string, string> = { PATH: adminPath(env) };
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && /^(HOME|LANG|(https?|no|all)_proxy)$/i.test(name)) {
      kept[name] = value;
    }
  }
  return kept;
}

async function waitUntilReady(wait: {
  socketPath: string;
  whereToLook: string;
  /** Why it can no longer come up, or null. */
  failure?: () => Promise<string | null>;
}): Promise<Probe> {
  const deadline = performance.now() + READY_DEADLINE_MS;
  while (performance.now() < deadline) {
    const probe = await probeEngine(wait.socketPath);
    if (probe.state === 'answers' || probe.state === 'denied') return probe;
    const failure = await wait.failure?.();
    if (failure) {
      throw new SetupError(
        `The Docker engine did not start: ${failure}`,
        `For more, ${wait.whereToLook}.`,
      );
    }
    await delay(POLL_MS);
  }
  throw new SetupError(
    `The Docker engine was started but does not answer on ${wait.socketPath} after ${READY_DEADLINE_MS / 1000} s.`,
    `To find out why, ${wait.whereToLook}.`,
  );
}
