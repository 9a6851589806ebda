import type { Condition, Driver, Gpu } from '../../contract/host.ts';
import { type DeviceNode, type Machine, programDeadlineMs, type Ran } from './machine.ts';

/** A GPU, and what of this host a container needs to use it. Only `gpu` is told to the control plane. */
export interface FoundGpu {
  gpu: Gpu;
  /** Those of the GPU itself and those that all of its kind share. None for NVIDIA's, which the engine grants. */
  nodes: DeviceNode[];
  /** Parts of the driver that the vendor's images expect of the host; mounted read-only at the same path. */
  mounts: string[];
}

/** What one look said of one vendor's GPUs. */
export interface VendorScan {
  gpus: FoundGpu[];
  /** Null when there are none, or it cannot be known. */
  driver: Driver | null;
  conditions: Condition[];
  /** The look itself failed: that there are fewer GPUs than before says nothing. */
  failed: boolean;
}

export const nothingFound: VendorScan = { gpus: [], driver: null, conditions: [], failed: false };

export const mebibyte = 1024 * 1024;

/** A program of a driver that did not do its work. */
export function failedScan(program: string, why: string): VendorScan {
  const message = `${program} failed: ${why}`.slice(0, 1024);
  const code = `${program.replaceAll('-', '_')}_failed`;
  return { ...nothingFound, conditions: [{ code, message }], failed: true };
}

/** A look that ended by an error which nobody foresaw. */
export function brokenScan(vendor: string, error: unknown): VendorScan {
  const why = error instanceof Error ? error.message : String(error);
  const message = `The look for GPUs of ${vendor} failed: ${why}. Those that were found before stay for now. Run "longshore-agent check" on the host, and bring the agent up to date.`;
  return {
    ...nothingFound,
    conditions: [{ code: 'gpu_scan_failed', message: message.slice(0, 1024) }],
    failed: true,
  };
}

/** Why a program is not believed, or null. */
export function programFault({ exit_code, stdout, stderr }: Ran): string | null {
  if (exit_code === 0) return null;
  const words = `${stderr}\n${stdout}`
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(0, 5)
    .join(' ');
  if (words) return words;
  return exit_code === null
    ? `no answer within ${programDeadlineMs / 1000} s`
    : `exit code ${exit_code}`;
}

/** The GPUs are seen by their device nodes alone: they can be granted, but nobody knows what they are. */
export function unnamedCondition(framework: string, program: string): Condition {
  return {
    code: 'gpu_tool_missing',
    message: `This host has GPUs of the framework ${framework}, but not the program ${program} that names them and tells their memory: it is counted as 0 bytes. Install the vendor's tools where the agent finds them in its PATH.`,
  };
}

/** Those of the paths that are there. */
export async function presentNodes(machine: Machine, paths: string[]): Promise<DeviceNode[]> {
  const nodes = await Promise.all(paths.map((path) => machine.node(path)));
  return nodes.filter((node) => node !== null);
}

/** The paths of a folder that are there, such as mounts. */
export async function presentPaths(machine: Machine, paths: string[]): Promise<string[]> {
  return (await presentNodes(machine, paths)).map(({ path }) => path);
}

/** `/dev/dri/card*` and `/dev/dri/renderD*` of the device at a PCI address. */
export async function driNodes(machine: Machine, pciAddress: string): Promise<DeviceNode[]> {
  const names = await machine.list(`/sys/bus/pci/devices/${pciAddress}/drm`);
  const wanted = names.filter((name) => /^(card|renderD)\d+$/.test(name)).sort();
  return presentNodes(
    machine,
    wanted.map((name) => `/dev/dri/${name}`),
  );
}

/** The kernel's form of a PCI address: `0000:c1:00.0`. Tools print eight digits of the domain, or capitals. */
export function kernelPciAddress(printed: string): string {
  return printed.toLowerCase().replace(/^0000(?=[0-9a-f]{4}:)/, '');
}

/** The numbers of names such as `mtgpu.3`, in order. */
export function numbersOf(names: readonly string[], pattern: RegExp): number[] {
  return names
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((one, other) => one - other);
}
