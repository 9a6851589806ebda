import * as z from 'zod';
import { kernelPciAddress } from './found-gpu.ts';

export interface NamedGpu {
  name: string;
  /** 16 digits. */
  unique_id: string | null;
  pci_address: string | null;
}

const Card = z.record(z.string(), z.unknown());
const RocmSmi = z.record(z.string(), Card);

/** `rocm-smi --json`, and Hygon's `hy-smi --json`: an object with a key for each card, and one for the system. */
export function parseRocmSmi(stdout: string): NamedGpu[] {
  const read = RocmSmi.safeParse(jsonIn(stdout));
  if (!read.success) return [];
  return Object.entries(read.data)
    .filter(([key]) => /^card\d+$/.test(key))
    .flatMap(([, card]) => {
      const name = textOf(card, ['Card Series', 'Card series', 'Device Name', 'Card model']);
      if (name === null) return [];
      const id = textOf(card, ['Unique ID'])?.replace(/^0x/, '').toLowerCase() ?? '';
      const bus = textOf(card, ['PCI Bus'])?.split(' ')[0];
      return [
        {
          name,
          unique_id: /^[0-9a-f]{1,16}$/.test(id) ? id.padStart(16, '0') : null,
          pci_address: bus ? kernelPciAddress(bus) : null,
        },
      ];
    });
}

const AmdSmiGpu = z.object({
  asic: z.object({ market_name: z.string() }),
  bus: z.object({ bdf: z.string() }),
});

/** `amd-smi static --asic --bus --json`: a list, since ROCm 6.4 under `gpu_data`. */
export function parseAmdSmi(stdout: string): NamedGpu[] {
  const json = jsonIn(stdout);
  const wrapped = z.object({ gpu_data: z.array(z.unknown()) }).safeParse(json);
  const list = z.array(z.unknown()).safeParse(wrapped.success ? wrapped.data.gpu_data : json);
  if (!list.success) return [];
  return list.data.flatMap((item) => {
    const gpu = AmdSmiGpu.safeParse(item);
    if (!gpu.success || gpu.data.asic.market_name === 'N/A') return [];
    const { asic, bus } = gpu.data;
    return [{ name: asic.market_name, unique_id: null, pci_address: kernelPciAddress(bus.bdf) }];
  });
}

function textOf(card: Record<string, unknown>, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = card[key];
    if (typeof value === 'string' && value !== '' && value !== 'N/A') return value;
  }
  return null;
}

/** Both tools print warnings before their JSON. Undefined for what is none. */
function jsonIn(stdout: string): unknown {
  const start = stdout.search(/[[{]/);
  try {
    return start < 0 ? undefined : JSON.parse(stdout.slice(start));
  } catch {
    return undefined;
  }
}
