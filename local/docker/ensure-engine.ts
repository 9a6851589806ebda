import { adminPath, findProgram } from './command.ts';
import { type Endpoint, resolveEndpoint, SYSTEM_SOCKET } from './endpoint.ts';
import { installEngine } from './install.ts';
import { PROBE_DEADLINE_MS, type Probe, probeEngine } from './probe.ts';
import { SetupError } from './setup-error.ts';
import { startEngine } from './start.ts';

/** Docker Engine 20.10's API. */
const MIN_API_VERSION = '1.41';

/** A step is told twice: when it begins, and when it is done, with its result. */
export type Step =
  | { state: 'begun'; name: string }
  | { state: 'done'; name: string; result: string; elapsed_ms: number };

export interface EnsureEngineRequest {
  onStep?: (step: Step) => void;
  /** Whether a missing engine may be installed from the system's packages. */
  allowInstall: boolean;
  /** Where DOCKER_HOST, XDG_RUNTIME_DIR, HOME and PATH are read. Default: `process.env`. */
  env?: Readonly<Record<string, string | undefined>>;
  probe_deadline_ms?: number;
}

export interface DockerEngine {
  socketPath: string;
  version: string;
  startedByUs: boolean;
  installedByUs: boolean;
}

/**
 * Makes sure that a Docker engine of this machine answers: finds it, else starts it, else installs and starts it. One
 * that it started stays when we end. Throws `SetupError`, whose `hint` says what a person has to do.
 */
export async function ensureDockerEngine(request: EnsureEngineRequest): Promise<DockerEngine> {
  const { env = process.env, probe_deadline_ms = PROBE_DEADLINE_MS } = request;
  const step = stepReporter(request.onStep ?? (() => {}));
  const endpoint = resolveEndpoint(env);
  const found = await step(
    'Docker engine',
    () => findEngine(endpoint, probe_deadline_ms),
    (engine) => engine?.version ?? 'not running',
  );
  if (found) return { ...found, startedByUs: false, installedByUs: false };
  const path = adminPath(env);
  let dockerd = await findProgram('dockerd', path);
  const installedByUs = dockerd === null;
  if (dockerd === null) {
    await step(
      'Install docker.io',
      () => installEngine(request.allowInstall),
      () => 'installed',
    );
    dockerd = await findProgram('dockerd', path);
  }
  if (dockerd === null) {
    throw new SetupError(
      'docker.io was installed but brought no dockerd.',
      'Install Docker Engine 20.10 or newer: https://docs.docker.com/engine/install/',
    );
  }
  const program = dockerd;
  const started = await step(
    'Start engine',
    async () => {
      const { probe, startedByUs } = await startEngine(program, SYSTEM_SOCKET);
      return { ...usableEngine(SYSTEM_SOCKET, probe), startedByUs };
    },
    (engine) => engine.version,
  );
  return { ...started, installedByUs };
}

type UsableEngine = Pick<DockerEngine, 'socketPath' | 'version'>;

/** The first candidate that answers; null when there is none and the system's engine may be started. */
async function findEngine(
  endpoint: Endpoint,
  probe_deadline_ms: number,
): Promise<UsableEngine | null> {
  const probes: { socketPath: string; probe: Probe }[] = [];
  for (const socketPath of endpoint.candidates) {
    const probe = await probeEngine(socketPath, probe_deadline_ms);
    if (probe.state === 'answers') return usableEngine(socketPath, probe);
    probes.push({ socketPath, probe });
  }
  const inTheWay = probes.find(({ probe }) => probe.state !== 'nothing');
  if (inTheWay) return usableEngine(inTheWay.socketPath, inTheWay.probe);
  if (endpoint.mayStart) return null;
  throw new SetupError(
    `No Docker engine answers on ${endpoint.candidates.join(', ')} (from DOCKER_HOST).`,
    `Start it, or unset DOCKER_HOST to use ${SYSTEM_SOCKET}.`,
  );
}

/** Throws `SetupError` unless the probe found an engine that is new enough. */
function usableEngine(socketPath: string, probe: Probe): UsableEngine {
  switch (probe.state) {
    case 'answers':
      if (compareApiVersions(probe.apiVersion, MIN_API_VERSION) < 0) {
        throw new SetupError(
          `The Docker engine on ${socketPath} is ${probe.version} (API ${probe.apiVersion}), which is too old.`,
          'Update to Docker Engine 20.10 or newer: https://docs.docker.com/engine/install/',
        );
      }
      return { socketPath, version: probe.version };
    case 'denied':
      throw new SetupError(
        `A Docker engine listens on ${socketPath}, but this user may not use it.`,
        'Join the group docker (sudo usermod -aG docker $USER, then log in again), or run this with sudo.',
      );
    case 'broken':
      throw new SetupError(
        `What listens on ${socketPath} does not answer like a Docker engine: ${probe.reason}.`,
        'See whether the engine hangs (docker version), and restart it.',
      );
    case 'nothing':
      throw new SetupError(`No Docker engine answers on ${socketPath}.`, 'Start it.');
  }
}

/** Negative when `a` is older than `b`; the parts are numbers, so 1.9 is older than 1.41. */
export function compareApiVersions(a: string, b: string): number {
  const parts = (version: string) => version.split('.').map(Number);
  const [majorA = 0, minorA = 0] = parts(a);
  const [majorB = 0, minorB = 0] = parts(b);
  return majorA - majorB || minorA - minorB;
}

function stepReporter(onStep: (step: Step) => void) {
  return async <T>(
    name: string,
    work: () => Promise<T>,
    describe: (result: T) => string,
  ): Promise<T> => {
    const begun = performance.now();
    onStep({ state: 'begun', name });
    const result = await work();
    const elapsed_ms = performance.now() - begun;
    onStep({ state: 'done', name, result: describe(result), elapsed_ms });
    return result;
  };
}
