import type { Launch } from './desired.ts';
import type { Containers } from './docker/containers.ts';
import { type CreateBody, createBody } from './docker/create-body.ts';
import type { Engine } from './docker/engine.ts';
import { EngineRefusedError } from './docker/errors.ts';
import type { GrantOf } from './docker/grant.ts';
import type { PullProgress } from './docker/pull-progress.ts';
import { ModelError } from './models/errors.ts';
import { localPathTrouble } from './models/local-path.ts';
import type { Models } from './models/models.ts';
import type { Step } from './plan.ts';
import { preflight } from './preflight.ts';
import type { Trouble } from './work.ts';

export interface StepPorts {
  engine: Engine;
  containers: Pick<Containers, 'refresh'>;
  host_id: string;
  models: Models;
  secrets: ReadonlyMap<string, string>;
  grantOf: GrantOf;
  /** Ends waiting and pulling. A create or a start under way is seen through: cut, it would still have happened. */
  signal: AbortSignal;
  onPulling: (progress: PullProgress) => void;
  onPulled: () => void;
  /** The engine is asked to start the container now. */
  onStarting: () => void;
  /** In words, once a second at most, and not before the image is here. */
  onDownloading: (message: string) => void;
}

/** The host, the engine or the spec stands in the way: shown, and tried again after a pause. */
class TroubleError extends Error {
  override name = 'TroubleError';
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(trouble.message);
    this.trouble = trouble;
  }
}

export type Outcome = { kind: 'done' } | { kind: 'trouble'; trouble: Trouble };

/**
 * Does one step, and has the engine looked at afterwards. Run again after a crash at any point it finds what is there.
 * Throws `EngineAwayError` when the engine gives no answer, and the signal's reason when it was aborted.
 */
export async function runStep(step: Step, ports: StepPorts): Promise<Outcome> {
  try {
    await doStep(step, ports);
    return { kind: 'done' };
  } catch (error) {
    if (error instanceof TroubleError) return { kind: 'trouble', trouble: error.trouble };
    if (error instanceof EngineRefusedError) {
      return { kind: 'trouble', trouble: refusedTrouble(step, error) };
    }
    if (error instanceof ModelError) {
      const { state, reason, message } = error;
      return { kind: 'trouble', trouble: { state, reason, message, lines: [] } };
    }
    throw error;
  }
}

async function doStep(step: Step, ports: StepPorts): Promise<void> {
  const { engine, containers, signal } = ports;
  switch (step.kind) {
    case 'fetch':
      await demand(localPathTrouble(step.launch.spec));
      await fetchAll(step.launch, ports);
      return;
    case 'launch':
      return launch(step.launch, ports);
    case 'start':
      if (step.container.status === 'created') await demand(preflight(step.launch.spec));
      // What it mounts may have been removed by hand since it last ran.
      await fetchModel(step.launch, ports, ports.onDownloading);
      signal.throwIfAborted();
      return start(step.container.id, ports);
    case 'stop':
      await engine.stop(step.container.id, step.container.stop_grace_seconds);
      await containers.refresh(step.container.name);
      return;
    case 'remove':
      await engine.stop(step.container.id, step.container.stop_grace_seconds);
      signal.throwIfAborted();
      await engine.remove(step.container.id);
      await containers.refresh(step.container.name);
      return;
  }
}

async function launch(wanted: Launch, ports: StepPorts): Promise<void> {
  const granted = await ports.grantOf(wanted.spec.gpu);
  if (!granted.ok) throw failed(granted.reason, granted.message);
  const { grant } = granted;
  const body = (model_folder: string | null) => {
    const { host_id, secrets } = ports;
    const made = createBody({ launch: wanted, host_id, secrets, grant, model_folder });
    if (!made.ok) throw failed(made.reason, made.message);
    return made.body;
  };
  // What cannot be made is said before anything is fetched for it.
  body(null);
  await demand(preflight(wanted.spec));
  const modelFolder = await fetchAll(wanted, ports);
  ports.signal.throwIfAborted();
  const id = await create(wanted, body(modelFolder), ports);
  if (id === null) return;
  if (ports.signal.aborted) {
    // Created and not wanted any more: it is known before anything is reported, and removed by whoever looks next.
    await ports.containers.refresh(wanted.name);
    ports.signal.throwIfAborted();
  }
  await start(id, ports);
}

/** The image and the model at the same time; when one of them fails the other is not waited for. Gives the model's folder. */
async function fetchAll(wanted: Launch, ports: StepPorts): Promise<string | null> {
  const failure = new AbortController();
  const signal = AbortSignal.any([ports.signal, failure.signal]);
  let imageIsHere = false;
  const image = fetchImage(wanted, { ...ports, signal }).then(() => {
    imageIsHere = true;
  });
  const model = fetchModel(wanted, { ...ports, signal }, (message) => {
    // States go forward only, and `downloading` comes after `pulling`.
    if (imageIsHere) ports.onDownloading(message);
  });
  try {
    const [, folder] = await Promise.all([image, model]);
    return folder;
  } catch (error) {
    failure.abort(error);
    throw error;
  }
}

function fetchModel(
  wanted: Launch,
  { models, secrets, signal }: StepPorts,
  onProgress: (message: string) => void,
): Promise<string | null> {
  return models.ensure(wanted, { secrets, signal, onProgress });
}

async function fetchImage({ spec }: Launch, ports: StepPorts): Promise<void> {
  const { engine, signal } = ports;
  if (spec.image_pull_policy !== 'always' && (await engine.hasImage(spec.image))) return;
  if (spec.image_pull_policy === 'never') {
    throw failed(
      'image_not_found',
      `The image ${spec.image} is not on this host, and image_pull_policy is "never". Load it there, or change the policy.`,
    );
  }
  signal.throwIfAborted();
  try {
    await engine.pull(spec.image, { signal, onProgress: ports.onPulling });
    ports.onPulled();
  } catch (error) {
    if (!(error instanceof EngineRefusedError)) throw error;
    const missing = error.status === 404;
    throw new TroubleError({
      state: missing ? 'failed' : 'restarting',
      reason: missing ? 'image_not_found' : 'image_pull_failed',
      message: missing
        ? `The registry has no image ${spec.image}, or does not show it without a login: ${error.message}`
        : `The image ${spec.image} cannot be pulled: ${error.message}`,
      lines: [],
    });
  }
}

/** The container's id; null when one of ours was there under its name, which is for the next plan to judge. */
async function create(
  { name }: Launch,
  body: CreateBody,
  { engine, containers }: StepPorts,
): Promise<string | null> {
  try {
    return await engine.create(name, body);
  } catch (error) {
    if (!(error instanceof EngineRefusedError)) throw error;
    if (error.status !== 409) throw new TroubleError(createTrouble(error));
  }
  // A create whose reply was lost did exist.
  if (await containers.refresh(name)) return null;
  if ((await engine.inspect(name)) === null) {
    throw new TroubleError({
      state: 'restarting',
      reason: 'create_conflict',
      message: `The engine holds the name ${name} for a container that is being made or removed.`,
      lines: [],
    });
  }
  throw failed(
    'name_taken',
    `A container that is not this host's has the name ${name}. It is left alone; remove or rename it.`,
  );
}

function createTrouble(error: EngineRefusedError): Trouble {
  const gone = error.status === 404;
  return {
    state: gone || error.status >= 500 ? 'restarting' : 'failed',
    reason: gone ? 'image_not_found' : 'create_failed',
    message: `The engine cannot make the container: ${error.message}`,
    lines: [],
  };
}

async function start(id: string, { engine, containers, onStarting }: StepPorts): Promise<void> {
  onStarting();
  try {
    await engine.start(id);
  } finally {
    await containers.refresh(id);
  }
}

async function demand(check: Promise<Trouble | null>): Promise<void> {
  const trouble = await check;
  if (trouble) throw new TroubleError(trouble);
}

function failed(reason: string, message: string): TroubleError {
  return new TroubleError({ state: 'failed', reason, message, lines: [] });
}

/** Moby's words when it has no runtime for a device request (daemon/devices.go); the API has no code for it. */
const noGpuRuntime = /could not select device driver/;
const portTaken = /address already in use|port is already allocated/;

function refusedTrouble(step: Step, error: EngineRefusedError): Trouble {
  // The engine's own faults may pass; what it refuses it will refuse again, until somebody changes something.
  const state = error.status >= 500 ? 'restarting' : 'failed';
  const say = (reason: string, message: string): Trouble => ({
    state,
    reason,
    message,
    lines: [],
  });
  switch (step.kind) {
    case 'fetch':
      return say('image_pull_failed', `The image cannot be looked up: ${error.message}`);
    case 'launch':
    case 'start':
      if (noGpuRuntime.test(error.message)) {
        return {
          ...say(
            'gpu_runtime_missing',
            'The Docker engine cannot give GPUs to containers. Install the NVIDIA Container Toolkit on this host and restart the engine.',
          ),
          state: 'failed',
        };
      }
      if (portTaken.test(error.message)) {
        return { ...say('port_in_use', error.message), state: 'failed' };
      }
      return say('start_failed', `The engine cannot start the container: ${error.message}`);
    case 'stop':
      return say('stop_failed', `The engine cannot stop the container: ${error.message}`);
    case 'remove':
      return say('remove_failed', `The engine cannot remove the container: ${error.message}`);
  }
}
