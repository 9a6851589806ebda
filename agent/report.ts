import type { ObservedInstance } from '../contract/agent-protocol.ts';
import type { Launch } from './desired.ts';
import type { OwnContainer } from './docker/own-container.ts';
import type { Health } from './health.ts';
import type { FailedRemoval, Flight } from './plan.ts';
import { progressInWords, pulledInWords, secondsInWords } from './pull.ts';
import type { Secrets } from './secrets.ts';
import { exitInWords, type Work } from './work.ts';

export interface ReportInput {
  /** Null: no desired set is known. */
  launches: readonly Launch[] | null;
  confirmed: boolean;
  listed: boolean;
  containers: readonly OwnContainer[];
  /** Names of containers that the engine says nothing about. */
  silent: ReadonlySet<string>;
  works: ReadonlyMap<string, Work>;
  removals: ReadonlyMap<string, FailedRemoval>;
  flights: ReadonlyMap<string, Flight>;
  secrets: Pick<Secrets, 'mask' | 'maskPiece' | 'coverAll'>;
  now_ms: number;
}

export interface Report {
  /** The engine listed its containers and every one of ours is in `instances`. */
  complete: boolean;
  instances: ObservedInstance[];
}

const longestMessage = 2000;
/** Of the answer to a health check. */
const longestAnswer = 200;
const mostInstances = 1024;

/** What the host says of its instances, in the order of their names: the same world gives the same report. */
export function report(input: ReportInput): Report {
  const byName = new Map<string, ObservedInstance>();
  for (const launch of input.launches ?? []) {
    const work = input.works.get(launch.name);
    if (work) byName.set(launch.name, ofWork(work, input));
  }
  let unknown = false;
  for (const container of input.containers) {
    if (byName.has(container.name)) continue;
    if (input.confirmed) byName.set(container.name, ofOrphan(container, input));
    else unknown = true;
  }
  // A launch that nobody wants any more may still be about to make its container.
  for (const { step } of input.flights.values()) {
    if (step.kind === 'remove' || byName.has(step.launch.name)) continue;
    const { instance_id, generation } = step.launch.spec;
    byName.set(step.launch.name, stopping(instance_id, generation, null));
  }
  const names = [...byName.keys()].sort();
  const instances = names.flatMap((name) => byName.get(name) ?? []).slice(0, mostInstances);
  return { complete: input.listed && !unknown && instances.length === byName.size, instances };
}

function ofWork(work: Work, input: ReportInput): ObservedInstance {
  const { spec } = work.launch;
  const { health } = work;
  return {
    instance_id: spec.instance_id,
    generation: spec.generation,
    ...(input.silent.has(work.launch.name) ? silentState(work, input) : stateOf(work, input)),
    restarts: work.restarts,
    exit: work.last_exit,
    container_id: work.container_id,
    ...imageOf(work.container_id, input),
    started_age_ms: health ? ageMs(health.started_ms, input) : null,
    ready_age_ms: health && health.ready_ms !== null ? ageMs(health.ready_ms, input) : null,
    ...retryOf(work, input),
  };
}

function imageOf(containerId: string | null, { containers }: ReportInput) {
  const image = containers.find(({ id }) => id === containerId)?.image;
  return image ? { image_digest: image.digest } : {};
}

/** Only a pause that is shown: while something is under way, or runs, nothing waits. */
function retryOf({ trouble, health, retry_at_ms }: Work, { now_ms }: ReportInput) {
  if (!trouble || health || retry_at_ms === null) return {};
  return { retry_in_ms: Math.max(0, Math.round(retry_at_ms - now_ms)) };
}

/** What it was, as far as that is known, and why nothing is done about it. */
function silentState(work: Work, input: ReportInput): StateOfWork {
  const known = stateOf(work, input);
  const message = `${silenceInWords(work.launch.name)}; ${known.message}`;
  return { ...known, message: message.slice(0, longestMessage) };
}

function silenceInWords(name: string): string {
  return `Docker does not answer for the container ${name}; nothing is done for it until it does`;
}

/** The same words show once the secrets are here. */
const heldBack =
  'The engine refused it; what it said is held back until the control plane has sent what must be masked in it';

type StateOfWork = Pick<ObservedInstance, 'state' | 'reason' | 'message'>;

function stateOf(work: Work, input: ReportInput): StateOfWork {
  const { trouble, health, launch } = work;
  const say = (
    state: ObservedInstance['state'],
    reason: string | null,
    message: string,
    label = '',
    words = '',
  ) => ({ state, reason, message: compose(input.secrets.mask(message), label, words) });
  /** What the container itself said is shown only when all that must be masked in it is known. */
  const heard = (words: string) =>
    input.secrets.coverAll(launch) ? input.secrets.maskPiece(words) : '';
  if (trouble) {
    const lines = heard(trouble.lines.join('\n'));
    const isHeldBack = trouble.from_engine && !input.secrets.coverAll(launch);
    const message = isHeldBack ? heldBack : trouble.message;
    return say(trouble.state, trouble.reason, message, 'last lines: ', lines);
  }
  if (work.stopping_for) {
    const { reason, message } = work.stopping_for;
    return say('restarting', reason, `${message}; it is being stopped`);
  }
  if (!health) return say(work.stage, null, stageInWords(work));
  const past = pastInWords(work);
  switch (health.phase) {
    case 'ready':
      return say(
        'running',
        null,
        `running${readyInWords(health)}${past || pulledInWords(work.pulled)}`,
      );
    case 'unhealthy': {
      const { summary = '', excerpt = null } = health.last_failure ?? {};
      const check = `GET ${launch.spec.health.path}: ${summary}`;
      return say(
        'unhealthy',
        'health_check_failed',
        `does not pass its health check${past}; ${check}`,
        '',
        heard(excerpt ?? '').slice(0, longestAnswer),
      );
    }
    case 'starting': {
      const waits = `started; waits for an answer on port ${launch.spec.port}`;
      // States go forward only: once it ran, it does not go back to `starting`.
      if (work.restart_reason === null) {
        return say(
          'starting',
          null,
          `${waits}${answersInWords(work, health)}${pulledInWords(work.pulled)}`,
        );
      }
      return say(
        'restarting',
        work.restart_reason,
        `${waits}${answersInWords(work, health)}${past}`,
      );
    }
  }
}

/** Once it has failed for so many probes, which is about 10 s, what it answers is worth a message of its own. */
const manyFailures = 25;

/** What a server that is up says while it is not ready. One that is not up yet says nothing. */
function answersInWords({ launch }: Work, { failures_in_row, last_failure }: Health): string {
  if (failures_in_row < manyFailures || !last_failure?.summary.startsWith('HTTP')) return '';
  return `; GET ${launch.spec.health.path}: ${last_failure.summary}`;
}

function readyInWords({ ready_after_ms, outage_ms }: Health): string {
  if (outage_ms !== null)
    return `; passes its health check again after ${secondsInWords(outage_ms)}`;
  return ready_after_ms === null ? '' : `; ready ${secondsInWords(ready_after_ms)} after its start`;
}

function stageInWords(work: Work): string {
  switch (work.stage) {
    case 'queued':
      return work.waits_for_pull
        ? `the host has it; its image ${work.launch.spec.image} waits for another pull to end`
        : 'the host has it';
    case 'pulling':
      return `the image ${work.launch.spec.image} is being pulled${progressInWords(work.pull)}`;
    case 'downloading':
      return work.download?.message ?? 'the model is being downloaded';
    case 'starting':
      return 'the container is being started';
  }
}

function pastInWords({ restarts, last_exit }: Work): string {
  if (restarts === 0) return '';
  const exit = last_exit ? `, last ${exitInWords(last_exit).replace('exited with', 'exit')}` : '';
  return `; restarted ${restarts} ${restarts === 1 ? 'time' : 'times'}${exit}`;
}

function ofOrphan(container: OwnContainer, input: ReportInput): ObservedInstance {
  const trouble = input.removals.get(container.name)?.trouble;
  const observed = {
    ...stopping(container.instance_id, container.generation, container.id),
    ...imageOf(container.id, input),
  };
  if (input.silent.has(container.name)) {
    return { ...observed, message: silenceInWords(container.name) };
  }
  if (!trouble) return observed;
  const message = compose(input.secrets.mask(trouble.message), '', '');
  return { ...observed, reason: trouble.reason, message };
}

function stopping(instanceId: string, generation: number, containerId: string | null) {
  return {
    instance_id: instanceId,
    generation,
    state: 'stopping' as const,
    reason: 'not_desired',
    message: 'no longer wanted on this host; it is being stopped and removed',
    restarts: 0,
    exit: null,
    container_id: containerId,
    started_age_ms: null,
    ready_age_ms: null,
  };
}

/** Both are masked already. `words` are cut at their beginning: the last ones say most. */
function compose(message: string, label: string, words: string): string {
  const cut = message.slice(0, longestMessage);
  const room = longestMessage - cut.length - label.length - 2;
  return words && room > 0 ? `${cut}; ${label}${words.slice(-room)}` : cut;
}

function ageMs(sinceMs: number, input: ReportInput): number {
  return Math.max(0, Math.round(input.now_ms - sinceMs));
}
