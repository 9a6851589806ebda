import type { Printed, PrintedGpu, ToolVendor } from './tool-scan.ts';

/** MetaX: one node for all of them, `/dev/mxcd`, and each one's nodes in `/dev/dri`. */
export const metax: ToolVendor = {
  framework: 'maca',
  program: 'mx-smi',
  calls: [[], ['-L']],
  parse: ([table = '', list = '']) => parseMxSmi(table, list),
  device: /^mxcd$/,
  nodes: () => ['/dev/mxcd'],
  dri: true,
};

/** The table has two lines for each GPU, the second with its memory; the list has UUIDs. */
export function parseMxSmi(table: string, list: string): Printed {
  const uuids = new Map<string, string>();
  for (const line of list.split('\n')) {
    const [, bus, uuid] =
      /^GPU#\d+\s.*?([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.\d)\s.*\(UUID: ([\w-]+)\)/i.exec(line) ??
      [];
    if (bus !== undefined && uuid !== undefined) uuids.set(bus.toLowerCase(), uuid);
  }
  const gpus: PrintedGpu[] = [];
  let next: Omit<PrintedGpu, 'memory_mebibytes'> | null = null;
  for (const line of table.split('\n')) {
    const [, index, name, bus] =
      /^\|\s+(\d+)\s+(\S.*?)(?:\s+O(?:n|ff))?\s*\|\s*([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.\d)\s*\|/i.exec(
        line,
      ) ?? [];
    if (index !== undefined && name !== undefined && bus !== undefined) {
      const pci_address = bus.toLowerCase();
      next = { index: Number(index), name, uuid: uuids.get(pci_address) ?? null, pci_address };
    }
    const [, mebibytes] = /\|\s*\d+\/(\d+) MiB\s*\|/.exec(line) ?? [];
    if (mebibytes === undefined || next === null) continue;
    gpus.push({ ...next, memory_mebibytes: Number(mebibytes) });
    next = null;
  }
  return {
    gpus,
    driver_version: /Kernel Mode Driver Version:\s*(\S+)/.exec(table)?.[1] ?? null,
    runtime_version: /MACA Version:\s*(\d\S*)/.exec(table)?.[1] ?? null,
  };
}
