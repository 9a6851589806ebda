import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { NewEnrollmentToken } from '../../contract/enrollment-token.ts';
import { Host } from '../../contract/host.ts';
import { type ApiClient, waitFor } from '../api-client.ts';
import { SetupError } from '../docker/setup-error.ts';
import { logTail } from '../home/logs.ts';
import { type Child, describeExit, startChild } from '../process/child.ts';
import type { Roster } from '../process/roster.ts';
import { nextEnds, noEnds } from './back-off.ts';
import { enrolledHost } from './identity.ts';

const ONLINE_DEADLINE_MS = 30_000;
const POLL_MS = 50;
/** What the agent gets to stop its containers in. */
const AGENT_STOP_GRACE_MS = 15_000;

export interface AgentOptions {
  /** Default: the machine's engine, which is started if it is installed. */
  dockerSocket?: string;
  /** Default: the machine's name. */
  hostName?: string;
  /** For its instances. Default: 20000-20999. */
  ports?: string;
}

export interface AgentRequest extends AgentOptions {
  dockerSocket: string;
  program: string;
  stateFolder: string;
  logFile: string;
  roster: Roster;
  api: ApiClient;
  /** For people: that it ended and when it starts again. */
  onNotice: (line: string) => void;
  onRestart: () => void;
  signal?: AbortSignal | undefined;
}

export interface RunningAgent {
  hostId: string;
  /** Null while it waits to be started again. */
  pid(): number | null;
  /** Resolves with how that went, in a word or two. */
  stop(): Promise<string>;
  kill(): void;
}

/**
 * Starts the agent as any host's is started: enrolled with a token that is made for it, unless it has an identity.
 * Resolves when the control plane shows it online; from then on it is started again when it ends. Throws `SetupError`
 * when it does not come up.
 */
export async function startAgent(request: AgentRequest): Promise<RunningAgent> {
  let child = await spawnAgent(request);
  let stopping = false;
  const stopWaiting = new AbortController();
  const stop = async () => {
    stopping = true;
    stopWaiting.abort();
    const { signal } = await child.stop({ grace_ms: AGENT_STOP_GRACE_MS });
    if (signal !== 'SIGKILL') return 'done';
    return 'the agent did not end in time; docker ps shows what is left';
  };
  let hostId: string;
  try {
    hostId = await waitUntilOnline(child, request);
  } catch (error) {
    await stop();
    throw error;
  }

  const supervise = async () => {
    let ends = noEnds;
    for (;;) {
      const begun = performance.now();
      const exit = await child.exited;
      if (stopping) return;
      ends = nextEnds(ends, performance.now() - begun);
      const again = `it starts again in ${ends.wait_ms / 1000} s (see ${child.logFile})`;
      request.onNotice(`The agent ${describeExit(exit)}; ${again}.`);
      await delay(ends.wait_ms, undefined, { signal: stopWaiting.signal });
      child = await spawnAgent(request);
      request.onRestart();
    }
  };
  supervise().catch((error: unknown) => {
    if (!stopping) request.onNotice(`The agent cannot be started again: ${error}`);
  });

  return {
    hostId,
    pid: () => (child.exit() === null ? child.pid : null),
    stop,
    kill: () => child.kill(),
  };
}

async function spawnAgent(request: AgentRequest): Promise<Child> {
  const { api, program, stateFolder, logFile, roster } = request;
  const { hostName = hostname(), ports = '20000-20999' } = request;
  const args = [program, 'run', '--url', api.url, '--state', stateFolder, '--name', hostName];
  // The state is this home's, whatever port its control plane has today.
  args.push(
    '--moved',
    '--address',
    '127.0.0.1',
    '--ports',
    ports,
    '--json-logs',
    '--stop-containers-on-exit',
  );
  const token = enrolledHost(stateFolder) === null ? await makeToken(request) : null;
  return startChild({
    name: 'agent',
    command: process.execPath,
    args,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DOCKER_HOST: `unix://${request.dockerSocket}`,
      ...(process.env.HF_ENDPOINT ? { HF_ENDPOINT: process.env.HF_ENDPOINT } : {}),
      // Not among the arguments, which every user of the machine can see.
      ...(token === null ? {} : { LONGSHORE_TOKEN: token }),
    },
    logFile,
    roster,
  });
}

async function makeToken({ api, signal }: AgentRequest): Promise<string> {
  const body = JSON.stringify({ uses: 1, expires_in_seconds: 600 });
  const request = { method: 'POST', path: '/api/v1/enrollment-tokens', body, signal } as const;
  return (await api.call(request, NewEnrollmentToken)).token;
}

async function waitUntilOnline(child: Child, request: AgentRequest): Promise<string> {
  const { api, stateFolder, signal } = request;
  const seeLog = `For more, see ${child.logFile}.`;
  return waitFor(
    async () => {
      const exit = child.exit();
      if (exit !== null) {
        const tail = logTail(child.logFile, 5);
        throw new SetupError(`The agent ${describeExit(exit)}:\n${tail}`, seeLog);
      }
      const hostId = enrolledHost(stateFolder);
      if (hostId === null) return undefined;
      const host = await api.call({ method: 'GET', path: `/api/v1/hosts/${hostId}`, signal }, Host);
      return host.status === 'online' && host.inventory !== null ? hostId : undefined;
    },
    {
      deadline_ms: ONLINE_DEADLINE_MS,
      poll_ms: POLL_MS,
      late: () =>
        new SetupError(
          `The agent is not online after ${ONLINE_DEADLINE_MS / 1000} s:\n${logTail(child.logFile, 5)}`,
          seeLog,
        ),
      signal,
    },
  );
}
