import type { Condition } from '../../contract/host.ts';
import {
  type FoundGpu,
  nothingFound,
  presentNodes,
  presentPaths,
  type VendorScan,
} from './found-gpu.ts';
import { type KfdGpu, readKfd } from './kfd.ts';
import type { Machine } from './machine.ts';
import { type NamedGpu, parseAmdSmi, parseRocmSmi } from './rocm-names.ts';

/** A machine with a graphics unit in its processor and a real GPU has both here; nobody wants models on the first. */
const smallestBytes = 2 * 1024 ** 3;

/**
 * The GPUs of AMD (`rocm`), and Hygon's (`dtk`), whose driver is made after AMD's and brings `/dev/mkfd`. The kernel
 * tells them without a tool; the tools, which are slow, are asked for names once, and again when the GPUs change.
 */
export function amdScan(machine: Machine): () => Promise<VendorScan> {
  let named: { key: string; names: NamedGpu[] } | null = null;

  async function namesOf(gpus: readonly KfdGpu[], isHygon: boolean): Promise<NamedGpu[]> {
    const key = JSON.stringify(gpus);
    if (named?.key === key) return named.names;
    const names = await askNames(machine, isHygon);
    // Without an answer it is asked again at the next look, when a driver may have come up.
    if (names.length > 0) named = { key, names };
    return names;
  }

  return async () => {
    const all = await readKfd(machine);
    const large = all.filter(({ memory_bytes }) => memory_bytes >= smallestBytes);
    const gpus = large.length > 0 ? large : all;
    const [kfd, mkfd] = await Promise.all(
      ['/dev/kfd', '/dev/mkfd'].map((path) => machine.node(path)),
    );
    if (gpus.length === 0) return nothingFound;
    const isHygon = mkfd !== null;
    const framework = isHygon ? 'dtk' : 'rocm';
    const names = await namesOf(gpus, isHygon);
    const mounts = isHygon ? await presentPaths(machine, ['/opt/hyhal']) : [];
    const found = await Promise.all(
      gpus.map(async (gpu): Promise<FoundGpu> => {
        const own = [`/dev/dri/renderD${gpu.render_minor}`];
        // Hygon's runtime opens the other node of the GPU too; ROCm's does not.
        if (isHygon) own.unshift(...(await cardsOf(machine, gpu)));
        const shared = [kfd, mkfd ?? null].filter((node) => node !== null && node !== undefined);
        return {
          gpu: {
            framework,
            index: gpu.index,
            uuid: uuidOf(gpu, all),
            name: nameOf(gpu, names),
            memory_bytes: gpu.memory_bytes,
          },
          nodes: [...shared, ...(await presentNodes(machine, own))],
          mounts,
        };
      }),
    );
    return {
      gpus: found,
      driver: await driverOf(machine, framework),
      conditions: kfd ? [] : [noKfd(framework)],
      failed: false,
    };
  };
}

async function askNames(machine: Machine, isHygon: boolean): Promise<NamedGpu[]> {
  const rocm = ['--showproductname', '--showuniqueid', '--showbus', '--json'];
  if (isHygon) {
    const { exit_code, stdout } = await machine.run('hy-smi', rocm);
    if (exit_code === 0) return parseRocmSmi(stdout);
  } else {
    const { exit_code, stdout } = await machine.run('amd-smi', [
      'static',
      '--asic',
      '--bus',
      '--json',
    ]);
    const names = exit_code === 0 ? parseAmdSmi(stdout) : [];
    if (names.length > 0) return names;
  }
  const { exit_code, stdout } = await machine.run('rocm-smi', rocm);
  return exit_code === 0 ? parseRocmSmi(stdout) : [];
}

function nameOf(gpu: KfdGpu, names: readonly NamedGpu[]): string {
  const match =
    names.find(({ unique_id }) => unique_id !== null && unique_id === gpu.unique_id) ??
    names.find(({ pci_address }) => pci_address === gpu.pci_address);
  return match ? `${match.name} (${gpu.architecture})`.slice(0, 256) : gpu.architecture;
}

/** The name that ROCm gives it (`ROCR_VISIBLE_DEVICES`). Parts of one GPU share it, and some GPUs have none. */
function uuidOf(gpu: KfdGpu, all: readonly KfdGpu[]): string {
  if (gpu.unique_id === null) return `PCI-${gpu.pci_address}-${gpu.render_minor}`;
  const parts = all.filter(({ unique_id }) => unique_id === gpu.unique_id);
  const part = parts.indexOf(gpu);
  return parts.length === 1 ? `GPU-${gpu.unique_id}` : `GPU-${gpu.unique_id}-${part}`;
}

async function cardsOf(machine: Machine, gpu: KfdGpu): Promise<string[]> {
  const names = await machine.list(`/sys/class/drm/renderD${gpu.render_minor}/device/drm`);
  return names.filter((name) => /^card\d+$/.test(name)).map((name) => `/dev/dri/${name}`);
}

async function driverOf(machine: Machine, framework: string) {
  const [driver, runtime] = await Promise.all([
    machine.read('/sys/module/amdgpu/version'),
    machine.read('/opt/rocm/.info/version'),
  ]);
  if (driver === null && runtime === null) return null;
  return {
    framework,
    driver_version: (driver ?? '').trim().slice(0, 64),
    runtime_version: runtime?.trim().slice(0, 64) ?? null,
  };
}

function noKfd(framework: string): Condition {
  return {
    code: 'gpu_device_missing',
    message: `This host has GPUs of the framework ${framework}, but not /dev/kfd, without which nothing can use them. Load the driver again; an agent that runs in a container needs the host's /dev.`,
  };
}
