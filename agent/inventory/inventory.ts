import type { Condition, Inventory } from '../../contract/host.ts';
import { restartPauseMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import type { Engine } from '../docker/engine.ts';
import { type EngineForGpus, type GrantOf, grantGpus } from '../docker/grant.ts';
import type { Log } from '../log.ts';
import { dockerUnavailable, dockerUnknown, lookAtDocker, noNvidiaToolkit } from './docker-facts.ts';
import type { FoundGpu } from './found-gpu.ts';
import type { GpuScan } from './gpus.ts';
import { factsUnknown } from './host.ts';
import { type DiskWatch, modelsUnavailable, type Space, watchDisks } from './host-disks.ts';
import { attempts, lookFailed } from './look-failed.ts';
import type { Senses } from './senses.ts';

export interface InventoryOptions {
  engine: Engine;
  address: string;
  /** As it is now. */
  portRange: () => Inventory['port_range'];
  /** Where models are kept. */
  model_folder: string;
  /** Why models cannot be kept there at present, or null; default: nothing ever is. */
  modelFault?: () => Promise<string | null>;
  senses: Senses;
  scanGpus: () => Promise<GpuScan>;
  clock: Clock;
  log: Log;
  onChange: () => void;
}

export interface DockerDisk extends Space {
  path: string;
}

/** What this host has, looked at once a minute. */
export interface InventoryWatch {
  /** Null before the first look has ended. */
  readonly current: Inventory | null;
  start(): void;
  /** Looks again soon: something that it shows may have changed. */
  rescan(): void;
  /** A condition of another part of the agent; null ends it. */
  setCondition(code: string, message: string | null): void;
  /** The disk of the Docker engine at this moment; null while it is not known. */
  dockerDisk(): Promise<DockerDisk | null>;
  /** What GPUs mean here, by the last look. Waits for the first one. */
  grantOf: GrantOf;
  stop(): void;
}

const scanEveryMs = 60_000;
/** Of the model sources in the contract, those that this agent can use. */
const withoutDisk = ['none', 'local_path'];
const modelSources = [...withoutDisk, 'huggingface'];
export function watchInventory(options: InventoryOptions): InventoryWatch {
  const { clock, log } = options;
  const extra = new Map<string, Condition>();
  const disks = watchDisks(options.senses.readSpace);
  let scanned: Inventory | null = null;
  let gpus: FoundGpu[] = [];
  /** Of the last look at which the engine answered. */
  let forGpus: EngineForGpus | null = null;
  /** Of the last look at which the engine answered. */
  let dockerFolder: string | null = null;
  let scanning = false;
  let again = false;
  /** Looks in a row at which something was away that launches need. */
  let lacking = 0;
  let stopped = false;
  let cancelTimer = () => {};
  let sawFirst = () => {};
  const first = new Promise<void>((resolve) => {
    sawFirst = resolve;
  });

  async function scan(): Promise<void> {
    if (stopped) return;
    if (scanning) {
      again = true;
      return;
    }
    cancelTimer();
    scanning = true;
    again = false;
    const next = await look(options, disks, { inventory: scanned, gpus });
    scanning = false;
    gpus = next.gpus;
    forGpus = next.for_gpus ?? forGpus;
    dockerFolder = next.docker_folder ?? dockerFolder;
    lacking = next.for_gpus === null || next.lacks_models ? lacking + 1 : 0;
    sawFirst();
    if (stopped) return;
    logNewConditions(log, scanned?.conditions ?? [], next.inventory.conditions);
    scanned = next.inventory;
    options.onChange();
    if (again) return scan();
    // What is away is looked at as soon as the launches that wait for it are tried again.
    const pause = lacking === 0 ? scanEveryMs : Math.min(scanEveryMs, restartPauseMs(lacking));
    cancelTimer = clock.after(pause, () => void scan());
  }

  return {
    get current() {
      if (!scanned || extra.size === 0) return scanned;
      const others = scanned.conditions.filter(({ code }) => !extra.has(code));
      return { ...scanned, conditions: [...others, ...extra.values()].slice(0, 32) };
    },
    start: () => void scan(),
    rescan: () => void scan(),
    setCondition(code, message) {
      if (message === (extra.get(code)?.message ?? null)) return;
      if (message === null) extra.delete(code);
      else extra.set(code, { code, message: message.slice(0, 1024) });
      options.onChange();
    },
    async dockerDisk() {
      await first;
      const space = dockerFolder === null ? null : await options.senses.readSpace(dockerFolder);
      return space && dockerFolder !== null ? { ...space, path: dockerFolder } : null;
    },
    async grantOf(wanted) {
      await first;
      return grantGpus(wanted, gpus, forGpus);
    },
    stop() {
      stopped = true;
      cancelTimer();
    },
  };
}

interface Look {
  inventory: Inventory;
  gpus: FoundGpu[];
  for_gpus: EngineForGpus | null;
  docker_folder: string | null;
  lacks_models: boolean;
}

async function look(
  options: InventoryOptions,
  watchedDisks: DiskWatch,
  { inventory: before, gpus: gpusBefore }: { inventory: Inventory | null; gpus: FoundGpu[] },
): Promise<Look> {
  const { address, model_folder, senses } = options;
  const { attempt, faults } = attempts();
  const [facts, engine, scan, modelFault] = await Promise.all([
    attempt('the system', () => senses.readHostFacts(), before ?? factsUnknown),
    attempt('Docker', () => lookAtDocker(options.engine, senses), {
      ...dockerUnknown,
      docker: before?.docker ?? null,
    }),
    attempt('GPUs', () => options.scanGpus(), {
      gpus: gpusBefore,
      drivers: before?.drivers ?? [],
      conditions: [],
    }),
    attempt('models', async () => (await options.modelFault?.()) ?? null, null),
  ]);
  const addresses = await attempt(
    'addresses',
    async () => senses.hostAddresses(),
    before?.addresses ?? [],
  );
  const { disks, conditions: diskConditions } = await attempt(
    'disks',
    () =>
      watchedDisks([
        ...(engine.root_folder === null
          ? []
          : [{ role: 'docker', path: engine.root_folder } as const]),
        { role: 'models', path: model_folder },
      ]),
    { disks: before?.disks ?? [], conditions: [] },
  );
  const gpus = scan.gpus.slice(0, 128);
  const conditions = [
    ...(faults.length === 0 ? [] : [lookFailed(faults)]),
    ...(engine.fault === null ? [] : [dockerUnavailable(engine.fault)]),
    ...(modelFault === null ? [] : [modelsUnavailable(modelFault)]),
    ...scan.conditions,
    ...diskConditions,
  ];
  const hasNvidia = gpus.some(({ gpu }) => gpu.framework === 'cuda');
  if (hasNvidia && engine.docker?.nvidia_toolkit === false) conditions.push(noNvidiaToolkit);
  return {
    gpus,
    for_gpus: engine.for_gpus,
    docker_folder: engine.root_folder,
    lacks_models: modelFault !== null,
    inventory: {
      hostname: facts.hostname,
      os: facts.os,
      architecture: facts.architecture,
      cpus: facts.cpus,
      memory_bytes: facts.memory_bytes,
      address,
      addresses,
      port_range: options.portRange(),
      gpus: gpus.map(({ gpu }) => gpu),
      drivers: scan.drivers.slice(0, 16),
      disks,
      docker: engine.docker,
      // What is to be downloaded has no place without its disk, and another host may have one.
      model_sources: modelFault === null ? modelSources : withoutDisk,
      // What is not known for once is what it was.
      images: engine.images ?? before?.images ?? [],
      models: [],
      conditions: conditions.slice(0, 32),
    },
  };
}

function logNewConditions(
  log: Log,
  before: readonly Condition[],
  after: readonly Condition[],
): void {
  for (const { code, message } of after) {
    if (!before.some((old) => old.code === code)) log.warn('host condition', { code, message });
  }
  for (const { code } of before) {
    if (!after.some((present) => present.code === code)) log.info('host condition over', { code });
  }
}
