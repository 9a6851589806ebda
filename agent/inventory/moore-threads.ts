import { kernelPciAddress } from './found-gpu.ts';
import type { Printed, PrintedGpu, ToolVendor } from './tool-scan.ts';

/** Moore Threads: `/dev/mtgpu.N` and its nodes in `/dev/dri`. */
export const mooreThreads: ToolVendor = {
  framework: 'musa',
  program: 'mthreads-gmi',
  calls: [[]],
  parse: ([table = '']) => parseMthreadsGmi(table),
  device: /^mtgpu\.(\d+)$/,
  nodes: (index) => [`/dev/mtgpu.${index}`],
  dri: true,
};

/** `0    MTT S5000            |00000000:18:00.0    |0%    0MiB(81920MiB)`: used memory, and all of it in brackets. */
export function parseMthreadsGmi(table: string): Printed {
  const row = /^(\d+)\s+(\S.*?)\s*\|\s*([0-9a-fA-F:]+\.\d)\s*\|\s*\S+\s+\d+\s*MiB\((\d+)\s*MiB\)/;
  const gpus: PrintedGpu[] = [];
  for (const line of table.split('\n')) {
    const [, index, name, bus, mebibytes] = row.exec(line.trim()) ?? [];
    if (index === undefined || name === undefined || bus === undefined) continue;
    gpus.push({
      index: Number(index),
      uuid: null,
      name,
      memory_mebibytes: Number(mebibytes),
      pci_address: kernelPciAddress(bus),
    });
  }
  const driver_version = /Driver Version:\s*(\S+)/.exec(table)?.[1] ?? null;
  return { gpus, driver_version, runtime_version: null };
}
