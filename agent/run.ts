import { type Launch, secretsOf } from './desired.ts';
import type { CreateBody } from './docker/container-body.ts';
import type { Containers } from './docker/containers.ts';
import { type CreateBodyInput, createBody } from './docker/create-body.ts';
import type { Engine } from './docker/engine.ts';
import { EngineRefusedError } from './docker/errors.ts';
import type { Grant, GrantOf } from './docker/grant.ts';
import type { DesiredMark } from './docker/labels.ts';
import { isUp } from './docker/own-container.ts';
import type { PullProgress } from './docker/pull-progress.ts';
import { createTrouble, refusedTrouble } from './engine-trouble.ts';
import { ImageError } from './images/errors.ts';
import type { Images } from './images/images.ts';
import { ModelError } from './models/errors.ts';
import { localPathTrouble } from './models/local-path.ts';
import type { Models } from './models/models.ts';
import type { Step } from './plan.ts';
import type { HostPolicy } from './policy/host-policy.ts';
import { portTrouble, preflight } from './preflight.ts';
import type { Trouble } from './work.ts';

export interface StepPorts {
  engine: Engine;
  containers: Pick<Containers, 'refresh' | 'byName'>;
  host_id: string;
  /** The desired set that is acted on. */
  desired: DesiredMark;
  images: Pick<Images, 'ensure'>;
  /** Image and model were here before, for this very launch. */
  fetched: boolean;
  models: Models;
  secrets: ReadonlyMap<string, string>;
  grantOf: GrantOf;
  policy: HostPolicy;
  /** Ends waiting and pulling. A create or a start under way is seen through: cut, it would still have happened. */
  signal: AbortSignal;
  /** The image waits for its turn to be pulled. */
  onWaiting: () => void;
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

/** The host's owner forbids it: tried again at once when the policy changes. */
export const policyRefused = 'policy_refused';

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
      return { kind: 'trouble', trouble: refusedTrouble(step.kind, error) };
    }
    if (error instanceof ModelError || error instanceof ImageError) {
      const { state, reason, message } = error;
      return { kind: 'trouble', trouble: { state, reason, message, lines: [] } };
    }
    throw error;
  } finally {
    // What came of it is in the list of containers by now.
    if (step.kind !== 'remove') ports.policy.release(step.launch.name);
  }
}

async function doStep(step: Step, ports: StepPorts): Promise<void> {
  const { engine, containers, signal } = ports;
  switch (step.kind) {
    case 'fetch':
      // After it the old container goes: whatever would be refused then is refused now.
      await demand(localPathTrouble(step.launch.spec));
      await demandBody(step.launch, ports);
      await fetchAll(step.launch, ports);
      return;
    case 'launch':
      return launch(step.launch, ports);
    case 'start':
      // Its owner may have changed his mind since it was made.
      await demandPolicy(step.launch, ports);
      // Whoever has taken its port since it last ran would be asked, and answer, in its stead.
      await demand(
        step.container.status === 'created'
          ? preflight(step.launch.spec)
          : portTrouble(step.launch.spec),
      );
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
  // What cannot be made, or is not allowed, is said before anything is fetched for it.
  await demand(preflight(wanted.spec));
  const body = await demandBody(wanted, ports);
  const modelFolder = await fetchAll(wanted, ports);
  ports.signal.throwIfAborted();
  const whole = body(modelFolder);
  await admit(wanted, whole, ports);
  const id = await create(wanted, whole, ports);
  if (id === null) return;
  if (ports.signal.aborted) {
    // Created and not wanted any more: it is known before anything is reported, and removed by whoever looks next.
    await ports.containers.refresh(wanted.name);
    ports.signal.throwIfAborted();
  }
  await start(id, ports);
}

/** What its container is made from, by the folder of its model; what forbids it is said. */
async function demandBody(
  wanted: Launch,
  ports: StepPorts,
): Promise<(model_folder: string | null) => CreateBody> {
  demandImagePolicy(wanted, ports);
  const grant = await grantFor(wanted, ports);
  const { host_id, desired, secrets } = ports;
  const body = (model_folder: string | null) =>
    bodyOf({ launch: wanted, host_id, desired, secrets, grant, model_folder });
  await admit(wanted, body(null), ports);
  return body;
}

async function grantFor({ spec }: Launch, { grantOf }: StepPorts): Promise<Grant> {
  const granted = await grantOf(spec.gpu);
  if (!granted.ok) throw failed(granted.reason, granted.message);
  return granted.grant;
}

function bodyOf(input: CreateBodyInput): CreateBody {
  const made = createBody(input);
  if (!made.ok) throw failed(made.reason, made.message);
  return made.body;
}

async function admit(
  { name, spec }: Launch,
  body: CreateBody,
  { policy, containers }: StepPorts,
): Promise<void> {
  const { instance_id, port } = spec;
  const candidate = { name, instance_id, port, body };
  // What ended takes no room: after a reboot all of them have, and each would be in the way of the others.
  const present = [...containers.byName.values()].filter(({ status }) => isUp(status));
  const refused = await policy.refuse(candidate, present);
  if (refused !== null) throw failed(policyRefused, refused);
}

function demandImagePolicy({ spec }: Launch, { policy }: StepPorts): void {
  const refused = policy.refuseImage(spec.image);
  if (refused !== null) throw failed(policyRefused, refused);
}

/** For a step that makes no container: by the body that it would get, whatever its secrets are. */
async function demandPolicy(wanted: Launch, ports: StepPorts): Promise<void> {
  if (ports.policy.absent) return;
  demandImagePolicy(wanted, ports);
  const { host_id, desired } = ports;
  const secrets = new Map(secretsOf(wanted).map((name) => [name, '']));
  const grant = await grantFor(wanted, ports);
  const body = bodyOf({ launch: wanted, host_id, desired, secrets, grant, model_folder: null });
  await admit(wanted, body, ports);
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

function fetchImage({ spec }: Launch, ports: StepPorts): Promise<void> {
  const { images, signal, fetched, onWaiting, onPulling, onPulled } = ports;
  // One generation is one image: what `always` brought is not asked for again while the old container may be gone.
  return images.ensure(spec, {
    signal,
    asked: fetched,
    onWaiting,
    onProgress: onPulling,
    onPulled,
  });
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
