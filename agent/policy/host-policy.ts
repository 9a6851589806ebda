import { realpath } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import type { CreateBody } from '../docker/container-body.ts';
import { inTime } from '../in-time.ts';
import type { FoundGpu } from '../inventory/found-gpu.ts';
import type { GpuScan } from '../inventory/gpus.ts';
import type { Log } from '../log.ts';
import { commonPorts, type PortRange } from '../port-range.ts';
import {
  type PolicyFile,
  type PolicyRead,
  type PolicyState,
  policyReader,
  silentPolicy,
} from './file.ts';
import { judge, judgeImage, type Refusal } from './judge.ts';
import { type Kept, whyKept } from './kept.ts';

export interface Candidate {
  /** The container's name. */
  name: string;
  instance_id: string;
  port: number;
  body: CreateBody;
}

/** A container of this host, as far as it counts here. */
export interface Present {
  name: string;
  instance_id: string;
  memory_bytes: number | null;
}

/** The policy of the host's owner, as it is now. */
export interface HostPolicy {
  /** Why nothing may start, or null. */
  readonly fault: string | null;
  /** There are no rules of the owner's. */
  readonly absent: boolean;
  /** Before anything is pulled. */
  refuseImage(image: string): string | null;
  /**
   * The refusal in words, or null: then it counts as being here until `release`, so that two which begin at once do not
   * both take the last room.
   */
  refuse(candidate: Candidate, present: Iterable<Present>): Promise<string | null>;
  release(name: string): void;
  /** Without the GPUs that are not offered. */
  offered(scan: GpuScan): GpuScan;
  /** Of the ports that the agent is set up with; null: none is left. */
  ports(range: PortRange): PortRange | null;
  /** Reads it for the first time, then looks again each few seconds. */
  start(onChange: () => void): Promise<void>;
  stop(): void;
}

export interface HostPolicyOptions extends PolicyFile {
  /** As they are written; links are followed. */
  kept: Kept;
  /** For the disk of the file to answer. */
  deadline_ms?: number;
  clock: Clock;
  log: Log;
}

const lookEveryMs = 3000;

export function watchPolicy(options: HostPolicyOptions): HostPolicy {
  const { file, clock, log } = options;
  const read = policyReader(options, options.deadline_ms);
  let state: PolicyState = { kind: 'broken', why: 'it was not read yet' };
  let stamp = '';
  let isKnown = false;
  let wasMissed = false;
  let wasSilent = false;
  /** Which GPUs are here does not change for a slip in the file; before a good one was read, none is offered. */
  let gpuRule: readonly (number | string)[] | undefined = [];
  let offeredGpus: readonly FoundGpu[] = [];
  let driverMounts: ReadonlySet<string> = new Set();
  const admitted = new Map<string, Present>();
  let stopped = false;
  let cancelLook = () => {};

  async function look(onChange: () => void): Promise<void> {
    const found = await read(stamp);
    if (stopped) return;
    if (found === 'silent') unheard(onChange);
    else if (found === 'same') wasMissed = false;
    else heard(found, onChange);
    wasSilent = found === 'silent';
    cancelLook = clock.after(lookEveryMs, () => void look(onChange));
  }

  function heard(found: PolicyRead, onChange: () => void): void {
    // An editor that puts another file in its place leaves none for a moment.
    const mayReturn = found.state.kind === 'none' && isKnown && !wasMissed;
    wasMissed = found.state.kind === 'none';
    if (mayReturn) return;
    isKnown = true;
    stamp = found.stamp;
    take(found.state, onChange);
  }

  /** Its disk says nothing: what was read last holds. */
  function unheard(onChange: () => void): void {
    if (!wasSilent) log.warn('host policy silent', { file, message: 'its disk does not answer' });
    if (!isKnown) take(silentPolicy, onChange);
  }

  function take(next: PolicyState, onChange: () => void): void {
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    if (state.kind !== 'broken') gpuRule = state.kind === 'policy' ? state.policy.gpus : undefined;
    tell();
    onChange();
  }

  function tell(): void {
    if (state.kind === 'policy') log.info('host policy', { file });
    if (state.kind === 'broken') log.error('host policy broken', { file, message: state.why });
  }

  function inWords({ rule, message }: Refusal): string {
    return `Refused by this host's policy (${rule} in ${file}): ${message}.`;
  }

  return {
    get fault() {
      return state.kind === 'broken' ? brokenInWords(file, state.why) : null;
    },
    get absent() {
      return state.kind === 'none';
    },
    refuseImage(image) {
      if (state.kind === 'none') return null;
      if (state.kind === 'broken') return brokenInWords(file, state.why);
      const refused = judgeImage(state.policy, image);
      return refused && inWords(refused);
    },
    async refuse({ name, instance_id, port, body }, present) {
      const sources = body.HostConfig.Mounts.map(({ Source }) => Source);
      const { docker_socket, models } = options.kept;
      const allowed = state.kind === 'policy' ? (state.policy.mounts ?? []) : [];
      const [real_sources, real_folders, [socket, ownState, ownModels]] = await Promise.all([
        Promise.all(sources.map(whereItLeads)),
        Promise.all([...allowed, models].map(whereItLeads)),
        Promise.all([docker_socket, options.kept.state, models].map(whereItLeads)),
      ]);
      const kept: Kept = {
        docker_socket: socket ?? docker_socket,
        state: ownState ?? options.kept.state,
        models: ownModels ?? models,
      };
      for (const [at, source] of sources.entries()) {
        if (driverMounts.has(source)) continue;
        const real = real_sources[at];
        if (!real)
          return `${source} does not answer on this host: is the disk that it is on there?`;
        const why = whyKept(real, kept);
        if (why) return `The agent gives ${source} to no container: ${why}. Name another folder.`;
      }
      if (state.kind === 'none') return null;
      if (state.kind === 'broken') return brokenInWords(file, state.why);
      // An older generation of the same instance ends before this one begins.
      const others = new Map(
        [...present, ...admitted.values()]
          .filter((other) => other.instance_id !== instance_id)
          .map((other) => [other.name, other]),
      );
      const refused = judge(state.policy, {
        body,
        port,
        real_sources: real_sources.map((real, at) => real ?? sources[at] ?? ''),
        // One whose disk is silent allows nothing.
        real_folders: real_folders.flatMap((real) => real ?? []),
        model_folder: models,
        offered: offeredGpus,
        others: [...others.values()],
      });
      if (refused) return inWords(refused);
      admitted.set(name, { name, instance_id, memory_bytes: body.HostConfig.Memory ?? null });
      return null;
    },
    release: (name) => void admitted.delete(name),
    offered(scan) {
      const rule = gpuRule;
      const gpus = rule
        ? scan.gpus.filter(({ gpu }) =>
            rule.some((one) => [gpu.index, gpu.uuid, gpu.parent_uuid].includes(one)),
          )
        : scan.gpus;
      offeredGpus = gpus;
      driverMounts = new Set(scan.gpus.flatMap(({ mounts }) => mounts));
      return { ...scan, gpus };
    },
    ports(range) {
      const rule = state.kind === 'policy' ? state.policy.ports : undefined;
      return rule ? commonPorts(range, rule) : range;
    },
    async start(onChange) {
      await look(onChange);
    },
    stop() {
      stopped = true;
      cancelLook();
    },
  };
}

/** Of a host without a policy. */
export const anythingGoes: HostPolicy = {
  fault: null,
  absent: true,
  refuseImage: () => null,
  refuse: async () => null,
  release: () => {},
  offered: (scan) => scan,
  ports: (range) => range,
  start: async () => {},
  stop: () => {},
};

export function brokenInWords(file: string, why: string): string {
  return `Nothing starts on this host, since its policy ${file} cannot be used: ${why}.`;
}

const ask = inTime<string>(10_000);

/** A path that leads nowhere leads to itself: the engine refuses it. Null: its disk does not answer. */
function whereItLeads(path: string): Promise<string | null> {
  // What is wrong with it is for the engine to say.
  return ask(path, () => realpath(path).catch(() => path));
}
