import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFailed, onTestFinished } from 'vitest';
import type { Host } from '../../contract/host.ts';
import { agentFile } from '../../local/build.ts';
import type { Client } from './client.ts';
import { dockerAt } from './docker.ts';
import { enrolmentToken } from './fake-agent.ts';
import { until } from './until.ts';

/** The real agent, as its own process, on this machine's Docker engine. */
export interface AgentProcess {
  hostId: string;
  /** Its state folder. */
  folder: string;
  pid(): number;
  start(): Promise<void>;
  /** Ends the process and waits until it is gone. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** What it has logged so far. */
  log(): string;
}

// Of the file's own, whatever file runs beside it, and below those that the system gives to connections.
let nextPort = 21_000 + 190 * (Number(process.env.VITEST_WORKER_ID ?? 0) % 60);

interface Options {
  /** Where it finds the control plane; default: the shared stack. */
  url?: string;
  args?: string[];
  env?: Record<string, string>;
  /** What it enrols with; default: a token of its own. */
  token?: string;
}

/** Enrols a host in the client's organisation and starts its agent. Both, and its containers, go when the test ends. */
export async function startAgentProcess(
  client: Client,
  options: Options = {},
): Promise<AgentProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-agent-'));
  const token = options.token ?? (await enrolmentToken(client));
  const first = nextPort;
  nextPort += 10;
  let child: ChildProcess | undefined;
  let log = '';

  const start = async () => {
    const started = spawn(
      process.execPath,
      [
        agentFile,
        'run',
        ...['--url', options.url ?? client.url, '--state', folder, '--name', 'test-host'],
        ...['--address', '127.0.0.1', '--ports', `${first}-${first + 9}`, '--json-logs'],
        ...(options.args ?? []),
      ],
      {
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          DOCKER_HOST: `unix://${inject('dockerSocket')}`,
          LONGSHORE_TOKEN: token,
          ...options.env,
        },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    started.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    child = started;
  };

  const kill = async (signal: 'SIGKILL' | 'SIGTERM') => {
    const ending = child;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await ended;
  };

  await start();
  onTestFailed(() => {
    process.stderr.write(`The agent with the ports from ${first} on said:\n${log}\n`);
  });
  onTestFinished(async () => {
    await kill('SIGKILL');
    const docker = dockerAt(inject('dockerSocket') ?? '');
    const left = await docker.containersOf(hostId);
    if (left.length > 0) await docker.cli('rm', '--force', ...left);
    rmSync(folder, { recursive: true, force: true });
  });
  const hostId = await until(`the agent enrols; it says:\n${log}`, () => {
    try {
      const identity = JSON.parse(readFileSync(join(folder, 'identity.json'), 'utf8'));
      return typeof identity.host_id === 'string' ? identity.host_id : undefined;
    } catch {
      return undefined;
    }
  });
  await until('the host is online', async () => {
    const { body } = await client.call<Host>('GET', `/api/v1/hosts/${hostId}`);
    return body.status === 'online' && body.inventory !== null;
  });
  return { hostId, folder, pid: () => child?.pid ?? 0, start, kill, log: () => log };
}
