import type { Machine } from './machine.ts';

/** A GPU of the kernel's compute driver for AMD's GPUs and those made after them. */
export interface KfdGpu {
  /** Its place among the GPUs, as HIP counts them. */
  index: number;
  unique_id: string | null;
  pci_address: string;
  /** `/dev/dri/renderD<minor>`. */
  render_minor: number;
  memory_bytes: number;
  /** Such as `gfx942`. */
  architecture: string;
}

const nodesFolder = '/sys/class/kfd/kfd/topology/nodes';

/** Reads the topology in sysfs: it is there without any tool, and costs no process. */
export async function readKfd(machine: Machine): Promise<KfdGpu[]> {
  const names = await machine.list(nodesFolder);
  const order = names
    .filter((name) => /^\d+$/.test(name))
    .sort((one, other) => Number(one) - Number(other));
  const gpus: KfdGpu[] = [];
  for (const name of order) {
    const properties = await machine.read(`${nodesFolder}/${name}/properties`);
    const banks = await machine.list(`${nodesFolder}/${name}/mem_banks`);
    const memory = await Promise.all(
      banks.map((bank) => machine.read(`${nodesFolder}/${name}/mem_banks/${bank}/properties`)),
    );
    const gpu = parseKfdNode(
      properties ?? '',
      memory.map((text) => text ?? ''),
      gpus.length,
    );
    if (gpu) gpus.push(gpu);
  }
  return gpus;
}

/** Null for a processor, which is a node too. Memory is the banks that are the GPU's own (heap types 1 and 2). */
export function parseKfdNode(
  properties: string,
  banks: readonly string[],
  index: number,
): KfdGpu | null {
  const values = pairsOf(properties);
  const number = (name: string) => Number(values.get(name) ?? 0);
  const minor = number('drm_render_minor');
  if (number('simd_count') === 0 || minor <= 0) return null;
  const memory = banks
    .map(pairsOf)
    .filter((bank) => ['1', '2'].includes(bank.get('heap_type') ?? ''))
    .reduce((sum, bank) => sum + Number(bank.get('size_in_bytes') ?? 0), 0);
  // Wider than a double is exact.
  const unique = BigInt(values.get('unique_id') ?? '0');
  return {
    index,
    unique_id: unique === 0n ? null : unique.toString(16).padStart(16, '0'),
    pci_address: pciAddressOf(number('domain'), number('location_id')),
    render_minor: minor,
    memory_bytes: memory,
    architecture: architectureOf(number('gfx_target_version')),
  };
}

function pairsOf(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^(\w+) (\d+)$/.exec(line.trim()) ?? [];
    if (name !== undefined && value !== undefined) pairs.set(name, value);
  }
  return pairs;
}

/** `location_id` is bus, device and function in 8, 5 and 3 bits. */
function pciAddressOf(domain: number, location: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  return `${hex(domain, 4)}:${hex((location >> 8) & 0xff, 2)}:${hex((location >> 3) & 0x1f, 2)}.${location & 7}`;
}

/** 90402 reads `gfx942`, 90010 `gfx90a`: major, two digits of minor, two of stepping in hexadecimal. */
function architectureOf(version: number): string {
  const major = Math.floor(version / 10_000);
  const minor = Math.floor(version / 100) % 100;
  return `gfx${major}${minor.toString(16)}${(version % 100).toString(16)}`;
}
