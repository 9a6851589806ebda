import {
  type FoundGpu,
  failedScan,
  mebibyte,
  nothingFound,
  numbersOf,
  presentNodes,
  presentPaths,
  programFault,
  unnamedCondition,
  type VendorScan,
} from './found-gpu.ts';
import type { Machine } from './machine.ts';

const program = 'npu-smi';
const sharedNodes = ['/dev/davinci_manager', '/dev/devmm_svm', '/dev/hisi_hdc'];
/** What Huawei's images take from the host: the libraries of the driver, which must be those of the kernel's. */
const driverPaths = [
  '/usr/local/Ascend/driver',
  '/usr/local/dcmi',
  '/usr/local/bin/npu-smi',
  '/usr/local/sbin/npu-smi',
  '/etc/ascend_install.info',
];

/** Huawei's Ascend NPUs (`cann`). */
export function ascendScan(machine: Machine): () => Promise<VendorScan> {
  return async () => {
    const devices = numbersOf(await machine.list('/dev'), /^davinci(\d+)$/);
    if (devices.length === 0) return nothingFound;
    const ran = await machine.run(program, ['info']);
    const chips = ran.not_found ? [] : parseNpuSmi(ran.stdout);
    if (chips.length === 0 && !ran.not_found) {
      return failedScan(program, programFault(ran) ?? 'it lists no NPU');
    }
    const logical = chips.some(({ device }) => device === null)
      ? parseNpuMapping((await machine.run(program, ['info', '-m'])).stdout)
      : new Map<string, number>();
    const named = chips.flatMap((chip) => {
      const device = chip.device ?? logical.get(`${chip.npu}/${chip.chip}`);
      return device === undefined ? [] : [{ ...chip, device }];
    });
    const [shared, mounts] = await Promise.all([
      presentNodes(machine, sharedNodes),
      presentPaths(machine, driverPaths),
    ]);
    const unnamed = devices.map((device) => ({
      device,
      name: 'Ascend NPU',
      pci_address: null,
      memory_mebibytes: 0,
    }));
    const gpus = await Promise.all(
      (ran.not_found ? unnamed : named).map(
        async ({ device, name, pci_address, memory_mebibytes }): Promise<FoundGpu> => ({
          gpu: {
            framework: 'cann',
            index: device,
            uuid: pci_address ? `NPU-${pci_address}` : `NPU-${device}`,
            name: name.startsWith('Ascend') ? name : `Ascend ${name}`,
            memory_bytes: memory_mebibytes * mebibyte,
          },
          nodes: [...(await presentNodes(machine, [`/dev/davinci${device}`])), ...shared],
          mounts,
        }),
      ),
    );
    const unmapped = ran.not_found ? [] : chips.filter((chip) => !named.some(isSame(chip)));
    const version = /npu-smi \S+\s+Version:\s*(\S+)/.exec(ran.stdout)?.[1];
    return {
      gpus,
      driver: version
        ? { framework: 'cann', driver_version: version.slice(0, 64), runtime_version: null }
        : null,
      conditions: ran.not_found
        ? [unnamedCondition('cann', program)]
        : unmapped.flatMap(({ npu, chip }) => {
            const why = `"npu-smi info -m" does not tell the device number of NPU ${npu}, chip ${chip}`;
            return failedScan(program, why).conditions;
          }),
      failed: false,
    };
  };
}

function isSame(one: NpuChip): (other: NpuChip) => boolean {
  return ({ npu, chip }) => npu === one.npu && chip === one.chip;
}

export interface NpuChip {
  npu: number;
  chip: number;
  /** The number in `/dev/davinciN`; null where the table does not say it. */
  device: number | null;
  name: string;
  pci_address: string;
  memory_mebibytes: number;
}

/**
 * The table of `npu-smi info`: two lines for each chip. The first has the NPU's number and name, the second the chip's
 * number, on some machines its device number (`Phy-ID`, `Device`), its bus and its memory: HBM where it has any. A
 * second chip of an NPU may come without a line of its own for the name.
 */
export function parseNpuSmi(table: string): NpuChip[] {
  const chips: NpuChip[] = [];
  const head = /^\|\s*(\d+)\s+(\S+)\s*\|\s*[A-Za-z]+\s*\|/;
  const body =
    /^\|\s*(\d+)(?:\s+(\d+))?\s*\|\s*([0-9A-Fa-f]{4}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.\d)\s*\|(.*)\|/;
  let npu: { number: number; name: string } | null = null;
  for (const line of table.split('\n').map((text) => text.trim())) {
    if (/Process id/.test(line)) break;
    const [, number, name] = head.exec(line) ?? [];
    if (number !== undefined && name !== undefined) npu = { number: Number(number), name };
    const [, chip, device, bus, figures] = body.exec(line) ?? [];
    if (!npu || chip === undefined || bus === undefined || figures === undefined) continue;
    const totals = [...figures.matchAll(/\d+\s*\/\s*(\d+)/g)].map(([, total]) => Number(total));
    chips.push({
      npu: npu.number,
      chip: Number(chip),
      device: device === undefined ? null : Number(device),
      name: npu.name,
      pci_address: bus.toLowerCase(),
      memory_mebibytes: totals.at(-1) || totals[0] || 0,
    });
  }
  return chips;
}

/** Logical numbers of chips by `NPU/chip`, from `npu-smi info -m`. Control units have none. */
export function parseNpuMapping(table: string): Map<string, number> {
  const logical = new Map<string, number>();
  for (const line of table.split('\n')) {
    const [, npu, chip, number] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+\S/.exec(line) ?? [];
    if (npu !== undefined) logical.set(`${npu}/${chip}`, Number(number));
  }
  return logical;
}
