import type { Printed, PrintedGpu, ToolVendor } from './tool-scan.ts';

/** Cambricon: `/dev/cambricon_devN`, its node for other processes, and the one that all share. */
export const cambricon: ToolVendor = {
  framework: 'neuware',
  program: 'cnmon',
  calls: [[]],
  parse: ([table = '']) => parseCnmon(table),
  device: /^cambricon_dev(\d+)$/,
  nodes: (index) => [
    `/dev/cambricon_dev${index}`,
    `/dev/cambricon_ipcm${index}`,
    '/dev/cambricon_ctl',
  ],
  dri: false,
};

/** Two lines for each card, the second with its memory: used and all. */
export function parseCnmon(table: string): Printed {
  const gpus: PrintedGpu[] = [];
  let next: Omit<PrintedGpu, 'memory_mebibytes'> | null = null;
  for (const line of table.split('\n').map((text) => text.trim())) {
    const [, index, name, bus] =
      /^\|\s*(\d+)\s+\S+\s+(MLU\S*)\s+\S+\s*\|\s*([0-9A-F]{4}:[0-9A-F]{2}:[0-9A-F]{2}\.\d)\s*\|/i.exec(
        line,
      ) ?? [];
    if (index !== undefined && name !== undefined && bus !== undefined) {
      next = { index: Number(index), uuid: null, name, pci_address: bus.toLowerCase() };
    }
    const [, mebibytes] = /\|\s*\d+ MiB\/\s*(\d+) MiB\s*\|/.exec(line) ?? [];
    if (mebibytes === undefined || next === null) continue;
    gpus.push({ ...next, memory_mebibytes: Number(mebibytes) });
    next = null;
  }
  const driver_version = /Driver (v\S+)/.exec(table)?.[1] ?? null;
  return { gpus, driver_version, runtime_version: null };
}
