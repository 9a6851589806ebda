import type { Condition } from '../../contract/host.ts';
import {
  driNodes,
  type FoundGpu,
  failedScan,
  mebibyte,
  nothingFound,
  numbersOf,
  presentNodes,
  programFault,
  unnamedCondition,
  type VendorScan,
} from './found-gpu.ts';
import type { Machine } from './machine.ts';

/** A GPU as a vendor's tool prints it. */
export interface PrintedGpu {
  index: number;
  /** Null where the tool prints none. */
  uuid: string | null;
  name: string;
  memory_mebibytes: number;
  pci_address: string | null;
}

export interface Printed {
  gpus: PrintedGpu[];
  driver_version: string | null;
  runtime_version: string | null;
}

/** A vendor whose GPUs are found by one program, and granted by nodes in `/dev`. */
export interface ToolVendor {
  framework: string;
  program: string;
  /** The calls of the program whose output `parse` gets, in their order. */
  calls: string[][];
  parse: (outputs: readonly string[]) => Printed;
  /** A name in `/dev` that is there when such GPUs are; its first group is the GPU's index, where it has one. */
  device: RegExp;
  /** The nodes of the GPU with this index, and those that all of them share. */
  nodes: (index: number) => string[];
  /** Whether containers need its nodes in `/dev/dri` as well. */
  dri: boolean;
}

export function toolScan(vendor: ToolVendor, machine: Machine): () => Promise<VendorScan> {
  const { framework, program } = vendor;
  return async () => {
    const present = (await machine.list('/dev')).filter((name) => vendor.device.test(name));
    if (present.length === 0) return nothingFound;
    const outputs: string[] = [];
    for (const call of vendor.calls) {
      const ran = await machine.run(program, call);
      if (ran.not_found) return unnamed(vendor, machine, present);
      const fault = programFault(ran);
      if (fault !== null) return failedScan(program, fault);
      outputs.push(ran.stdout);
    }
    const { gpus, driver_version, runtime_version } = vendor.parse(outputs);
    if (gpus.length === 0) return failedScan(program, 'it lists no GPU');
    const conditions: Condition[] = [];
    return {
      gpus: await Promise.all(gpus.map((gpu) => found(vendor, machine, gpu))),
      driver: driver_version ? { framework, driver_version, runtime_version } : null,
      conditions,
      failed: false,
    };
  };
}

async function unnamed(
  vendor: ToolVendor,
  machine: Machine,
  present: readonly string[],
): Promise<VendorScan> {
  const gpus = numbersOf(present, vendor.device).map((index) => ({
    index,
    uuid: null,
    name: `${vendor.framework} GPU`,
    memory_mebibytes: 0,
    pci_address: null,
  }));
  return {
    ...nothingFound,
    gpus: await Promise.all(gpus.map((gpu) => found(vendor, machine, gpu))),
    conditions: [unnamedCondition(vendor.framework, vendor.program)],
  };
}

async function found(vendor: ToolVendor, machine: Machine, gpu: PrintedGpu): Promise<FoundGpu> {
  const nodes = await presentNodes(machine, vendor.nodes(gpu.index));
  const dri = vendor.dri && gpu.pci_address ? await driNodes(machine, gpu.pci_address) : [];
  return {
    gpu: {
      framework: vendor.framework,
      index: gpu.index,
      // A host's own name for it is enough: GPUs are claimed on their host.
      uuid: gpu.uuid ?? (gpu.pci_address ? `PCI-${gpu.pci_address}` : `GPU-${gpu.index}`),
      name: gpu.name.slice(0, 256),
      memory_bytes: gpu.memory_mebibytes * mebibyte,
    },
    nodes: [...nodes, ...dri],
    mounts: [],
  };
}
