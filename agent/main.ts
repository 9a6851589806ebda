import { startAgent } from './agent.ts';
import { check } from './check.ts';
import { systemClock } from './clock.ts';
import { ConfigError, readCommandLine, type Settings, usage } from './config.ts';
import { type EnrolledIdentity, EnrollRefusedError, enroll } from './control-plane/enroll.ts';
import { createHttpClient } from './control-plane/http-client.ts';
import { createEngine } from './docker/engine-client.ts';
import { gpuScan } from './inventory/gpus.ts';
import { thisMachine } from './inventory/machine.ts';
import { BrokenIdentityError, type Journal, openJournal } from './journal.ts';
import { lockState, StateInUseError } from './lock.ts';
import { createLog, type Log } from './log.ts';
import { watchPlace } from './models/place.ts';
import { watchPolicy } from './policy/host-policy.ts';
import { longestGraceSeconds, stopOwnContainers } from './stop-containers.ts';
import { agentVersion } from './version.ts';

const userAgent = `longshore-agent/${agentVersion}`;
/** Long enough for a create and a start under way. */
const longestStopMs = 2000;
const scanGpus = gpuScan(thisMachine);

/** Something that a person has to put right before the agent can run. */
class SetupError extends Error {
  override name = 'SetupError';
}

async function main(): Promise<number> {
  const line = readCommandLine(process.argv.slice(2), process.env);
  switch (line.kind) {
    case 'help':
      process.stdout.write(usage);
      return 0;
    case 'version':
      process.stdout.write(`${agentVersion}\n`);
      return 0;
    case 'settings':
      return command(line.settings);
  }
}

async function command(settings: Settings): Promise<number> {
  const log = createLog({
    write: (line) => process.stderr.write(line),
    json: settings.json_logs || !process.stderr.isTTY,
    wall: Date.now,
  });
  // Who reads the log may go, such as the system's journal or a pipe. The containers stay, and so does their agent.
  process.stderr.on('error', () => {});
  const stopped = new AbortController();
  const told = (signal: NodeJS.Signals) => {
    // The second time whoever sent it has waited long enough.
    if (stopped.signal.aborted) process.exit(1);
    log.info('told to stop', { signal });
    stopped.abort();
  };
  process.on('SIGTERM', told);
  process.on('SIGINT', told);
  switch (settings.command) {
    case 'enroll': {
      const journal = await openJournal(settings.state);
      const identity = await identityOf(settings, journal, log, stopped.signal, true);
      return identity ? 0 : 1;
    }
    case 'check': {
      const engine = createEngine(settings.docker_socket);
      const machine = thisMachine;
      const { ok, lines } = await check({
        settings,
        engine,
        scanGpus,
        machine,
        user_agent: userAgent,
        uid: ownUid(),
      });
      process.stdout.write(`${lines.join('\n')}\n`);
      return ok ? 0 : 1;
    }
    case 'stop-containers': {
      const identity = await (await openJournal(settings.state)).readIdentity();
      if (!identity?.host_id) throw new SetupError('This machine is not enrolled: it has none.');
      const engine = createEngine(settings.docker_socket);
      const { host_id } = identity;
      return (await stopOwnContainers({ engine, host_id, longestGraceSeconds, log })) ? 0 : 1;
    }
    case 'run':
      return run(settings, log, stopped.signal);
  }
}

async function run(settings: Settings, log: Log, stopped: AbortSignal): Promise<number> {
  const journal = await openJournal(settings.state);
  await takeState(settings.state, log);
  const identity = await identityOf(settings, journal, log, stopped, false);
  if (!identity || stopped.aborted) return 0;
  const agent = await startAgent({
    identity,
    journal,
    engine: createEngine(settings.docker_socket),
    scanGpus,
    policy: watchPolicy({
      ...settings.policy,
      uid: ownUid(),
      kept: {
        docker_socket: settings.docker_socket,
        state: settings.state,
        models: settings.models,
      },
      clock: systemClock,
      log,
    }),
    models: {
      folder: settings.models,
      limit_bytes: settings.models_limit_bytes,
      hub_url: settings.hub_url,
      diskFault: watchPlace({ folder: settings.models, state: settings.state }),
    },
    image_marks: {
      high_percent: settings.images_high_percent,
      low_percent: settings.images_low_percent,
    },
    address: settings.address,
    port_range: settings.ports,
    link: settings.link,
    agent_version: agentVersion,
    clock: systemClock,
    random: Math.random,
    log,
  });
  if (!stopped.aborted) {
    await new Promise<void>((resolve) =>
      stopped.addEventListener('abort', () => resolve(), { once: true }),
    );
  }
  // A step under way may wait for a container to end, for up to an hour. The next process finds what is there.
  await Promise.race([agent.stop(), new Promise((resolve) => setTimeout(resolve, longestStopMs))]);
  if (settings.stop_containers_on_exit) await agent.stopContainers();
  log.info('agent stopped');
  return 0;
}

/** A state folder that can hold no lock is no reason to leave a host alone: a second agent then shows by its epoch. */
async function takeState(folder: string, log: Log): Promise<void> {
  try {
    await lockState(folder);
  } catch (error) {
    if (error instanceof StateInUseError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    log.warn('the state folder cannot be locked: see to it that no other agent uses it', {
      message,
    });
  }
}

function ownUid(): number | null {
  return process.getuid?.() ?? null;
}

/** Its secret is for one control plane, and would be told to whoever is at another address. */
function ofAnother(hostId: string, url: string, { url: asked, state }: Settings): string {
  return `The state in ${state} makes this machine host ${hostId} of ${url}, not of ${asked}. Nothing was changed. If that control plane is at ${asked} now, run "longshore-agent enroll --moved --url ${asked}" with this state once. For another control plane, uninstall the agent first (install.sh --uninstall --purge), or give another folder with --state and run both.`;
}

/** The identity of this host, made by an enrolment when there is none. Null when the process was told to stop. */
async function identityOf(
  settings: Settings,
  journal: Journal,
  log: Log,
  signal: AbortSignal,
  asked: boolean,
): Promise<EnrolledIdentity | null> {
  const known = await journal.readIdentity();
  const url = settings.url ?? known?.url;
  if (url === undefined) throw new SetupError('Give the address of the control plane with --url.');
  if (known?.host_id) {
    const { host_id } = known;
    if (url !== known.url) {
      if (!settings.moved) throw new SetupError(ofAnother(host_id, known.url, settings));
      await journal.writeIdentity({ ...known, url });
      log.info('control plane moved', { host: host_id, url });
    }
    if (asked) log.info('already enrolled', { host: host_id, url });
    return { ...known, host_id, url };
  }
  if (settings.token === null) {
    throw new SetupError('This machine is not enrolled. Give an enrolment token with --token.');
  }
  const client = createHttpClient({ url, user_agent: userAgent });
  const { token, name, labels } = settings;
  try {
    const ports = { journal, client, clock: systemClock, random: Math.random, log, signal };
    return await enroll({ url, token, name, labels }, ports);
  } catch (error) {
    if (signal.aborted && error === signal.reason) return null;
    throw error;
  } finally {
    client.close();
  }
}

function isForPeople(error: unknown): error is Error {
  if (error instanceof ConfigError || error instanceof SetupError) return true;
  if (error instanceof StateInUseError) return true;
  if (error instanceof EnrollRefusedError || error instanceof BrokenIdentityError) return true;
  // Of the state folder: its message names the path and what was refused.
  return error instanceof Error && 'syscall' in error && 'path' in error;
}

try {
  // Not `exitCode`: a call to the engine that nobody waits for must not keep the process.
  process.exit(await main());
} catch (error) {
  if (!isForPeople(error)) throw error;
  process.stderr.write(`longshore-agent: ${error.message}\n`);
  process.exit(1);
}
