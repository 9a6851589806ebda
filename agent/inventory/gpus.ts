import type { Condition, Driver } from '../../contract/host.ts';
import { amdScan } from './amd.ts';
import { ascendScan } from './ascend.ts';
import { cambricon } from './cambricon.ts';
import { brokenScan, type FoundGpu, type VendorScan } from './found-gpu.ts';
import { iluvatar, tHead } from './iluvatar.ts';
import type { Machine } from './machine.ts';
import { metax } from './metax.ts';
import { mooreThreads } from './moore-threads.ts';
import { nvidiaScan } from './nvidia.ts';
import { toolScan } from './tool-scan.ts';

export interface GpuScan {
  gpus: FoundGpu[];
  drivers: Driver[];
  conditions: Condition[];
}

/** A tool that fails for once, under load or while a GPU is reset, does not take GPUs away from those who hold them. */
const believedFailures = 3;

/** Looks for the GPUs of every vendor that is known, all at once. Each call is a look; it remembers the ones before. */
export function gpuScan(machine: Machine): () => Promise<GpuScan> {
  const vendors = [
    patient(nvidiaScan(machine), 'NVIDIA'),
    patient(amdScan(machine), 'AMD'),
    patient(ascendScan(machine), 'Ascend'),
    ...[mooreThreads, iluvatar, metax, cambricon, tHead].map((vendor) =>
      patient(toolScan(vendor, machine), vendor.framework),
    ),
  ];
  return async () => {
    const scans = await Promise.all(vendors.map((scan) => scan()));
    return {
      gpus: scans.flatMap(({ gpus }) => gpus),
      drivers: scans.flatMap(({ driver }) => driver ?? []),
      conditions: scans.flatMap(({ conditions }) => conditions),
    };
  };
}

/**
 * What was there before holds while a look fails, until it failed several times in a row. One that throws has failed too,
 * and takes no other vendor's GPUs with it.
 */
export function patient(
  scan: () => Promise<VendorScan>,
  vendor: string,
): () => Promise<VendorScan> {
  let before: Pick<VendorScan, 'gpus' | 'driver'> | null = null;
  let failures = 0;
  return async () => {
    const found = await scan().catch((error: unknown) => brokenScan(vendor, error));
    if (!found.failed) {
      failures = 0;
      before = found;
      return found;
    }
    failures++;
    if (before === null || failures >= believedFailures) return found;
    return { ...found, gpus: before.gpus, driver: before.driver };
  };
}
