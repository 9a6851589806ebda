import type { Condition, Inventory } from '../../contract/host.ts';
import type { Clock } from '../clock.ts';
import type { Engine } from '../docker/engine.ts';
import { EngineAwayError, EngineRefusedError } from '../docker/errors.ts';
import type { Log } from '../log.ts';
import type { HostFacts } from './host.ts';
import type { GpuScan } from './nvidia.ts';

export interface InventoryOptions {
  engine: Engine;
  address: string;
  port_range: Inventory['port_range'];
  readHostFacts: () => Promise<HostFacts>;
  scanGpus: () => Promise<GpuScan>;
  clock: Clock;
  log: Log;
  onChange: () => void;
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
  stop(): void;
}

const scanEveryMs = 60_000;
/** Of the model sources in the contract, those that this agent can use. */
const modelSources = ['none', 'local_path', 'huggingface'];

export function watchInventory(options: InventoryOptions): InventoryWatch {
  const { clock, log } = options;
  const extra = new Map<string, Condition>();
  let scanned: Inventory | null = null;
  let scanning = false;
  let again = false;
  let stopped = false;
  let cancelTimer = () => {};

  async function scan(): Promise<void> {
    if (stopped) return;
    if (scanning) {
      again = true;
      return;
    }
    cancelTimer();
    scanning = true;
    again = false;
    const next = await look(options, scanned);
    scanning = false;
    if (stopped) return;
    logNewConditions(log, scanned?.conditions ?? [], next.conditions);
    scanned = next;
    options.onChange();
    if (again) return scan();
    cancelTimer = clock.after(scanEveryMs, () => void scan());
  }

  return {
    get current() {
      if (!scanned || extra.size === 0) return scanned;
      return { ...scanned, conditions: [...scanned.conditions, ...extra.values()].slice(0, 32) };
    },
    start: () => void scan(),
    rescan: () => void scan(),
    setCondition(code, message) {
      if (message === (extra.get(code)?.message ?? null)) return;
      if (message === null) extra.delete(code);
      else extra.set(code, { code, message: message.slice(0, 1024) });
      options.onChange();
    },
    stop() {
      stopped = true;
      cancelTimer();
    },
  };
}

async function look(options: InventoryOptions, before: Inventory | null): Promise<Inventory> {
  const { address, port_range } = options;
  const [facts, docker, scan] = await Promise.all([
    options.readHostFacts(),
    lookAtDocker(options.engine),
    options.scanGpus(),
  ]);
  const failed = scan.conditions.some(({ code }) => code === 'nvidia_smi_failed');
  // A tool that fails for once does not take GPUs away from those who hold them.
  const gpus = failed && scan.gpus.length === 0 ? (before?.gpus ?? []) : scan.gpus;
  const conditions = [...docker.conditions, ...scan.conditions];
  if (gpus.some(({ framework }) => framework === 'cuda') && docker.version && !docker.nvidia) {
    conditions.push({
      code: 'nvidia_runtime_missing',
      message:
        'This host has NVIDIA GPUs, but its Docker engine cannot give them to containers. Install the NVIDIA Container Toolkit, run "nvidia-ctk runtime configure" and restart the engine.',
    });
  }
  return {
    ...facts,
    address,
    port_range,
    gpus: gpus.slice(0, 128),
    docker: docker.version ? { version: docker.version } : null,
    model_sources: modelSources,
    conditions: conditions.slice(0, 32),
  };
}

async function lookAtDocker(
  engine: Engine,
): Promise<{ version: string | null; nvidia: boolean; conditions: Condition[] }> {
  try {
    const [{ version }, runtimes] = await Promise.all([engine.version(), engine.runtimes()]);
    return { version: version.slice(0, 64), nvidia: runtimes.includes('nvidia'), conditions: [] };
  } catch (error) {
    if (!(error instanceof EngineAwayError || error instanceof EngineRefusedError)) throw error;
    const message = `Docker does not work on this host: ${error.message}. Containers that run are left as they are.`;
    const condition = { code: 'docker_unavailable', message: message.slice(0, 1024) };
    return { version: null, nvidia: false, conditions: [condition] };
  }
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
