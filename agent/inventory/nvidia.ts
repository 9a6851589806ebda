import type { Condition } from '../../contract/host.ts';
import { type CsvGpu, parseGpuCsv } from './csv.ts';
import {
  type FoundGpu,
  failedScan,
  mebibyte,
  nothingFound,
  programFault,
  type VendorScan,
} from './found-gpu.ts';
import type { Machine } from './machine.ts';
import { type MigInstance, parseCudaVersion, parseMigList, parseMigMemory } from './nvidia-mig.ts';

const program = 'nvidia-smi';
const format = '--format=csv,noheader,nounits';
const columns = '--query-gpu=index,uuid,name,memory.total,driver_version,mig.mode.current';
/** Drivers before 450 know no MIG. */
const oldColumns = '--query-gpu=index,uuid,name,memory.total,driver_version';

/**
 * The NVIDIA GPUs of a machine. One that is divided by MIG is not granted itself: its instances are. A machine without
 * `nvidia-smi` has none, which is no fault.
 */
export function nvidiaScan(machine: Machine): () => Promise<VendorScan> {
  /** Of a driver: it does not change while the driver is the same. */
  let cuda: { driver: string; version: string } | null = null;

  async function describe(driver: string): Promise<{ version: string | null; table: string }> {
    const { exit_code, stdout } = await machine.run(program, []);
    const version = exit_code === 0 ? parseCudaVersion(stdout) : null;
    if (version) cuda = { driver, version };
    return { version, table: stdout };
  }

  return async () => {
    let ran = await machine.run(program, [columns, format]);
    if (ran.not_found) return nothingFound;
    if (/is not a valid field/i.test(ran.stdout + ran.stderr)) {
      ran = await machine.run(program, [oldColumns, format]);
    }
    const { rows, unread } = parseGpuCsv(ran.stdout);
    if (rows.length === 0 && /^No devices were found/im.test(ran.stdout)) return nothingFound;
    const fault = programFault(ran) ?? (unread.length > 0 ? unread.join(' ') : null);
    if (rows.length === 0 && fault === null) return nothingFound;
    const conditions: Condition[] = fault === null ? [] : failedScan(program, fault).conditions;
    if (rows.length === 0) return { ...nothingFound, conditions, failed: true };

    const driver = rows[0]?.more[0] ?? '';
    const divided = rows.some(isDivided);
    const known = cuda?.driver === driver ? cuda.version : null;
    const { version, table } =
      divided || known === null ? await describe(driver) : { version: known, table: '' };
    const instances = divided
      ? parseMigList((await machine.run(program, ['-L'])).stdout, parseMigMemory(table))
      : [];
    const gpus = rows.flatMap((row) => (isDivided(row) ? partsOf(row, instances) : [wholeOf(row)]));
    return {
      gpus,
      driver: driver
        ? { framework: 'cuda', driver_version: driver, runtime_version: version }
        : null,
      conditions: [
        ...unknownMemory(gpus),
        ...undivided(rows.filter(isDivided), instances),
        ...conditions,
      ],
      failed: false,
    };
  };
}

function isDivided({ more }: CsvGpu): boolean {
  return more[1] === 'Enabled';
}

function wholeOf({ index, uuid, name, memory_bytes }: CsvGpu): FoundGpu {
  return { gpu: { framework: 'cuda', index, uuid, name, memory_bytes }, nodes: [], mounts: [] };
}

function partsOf(row: CsvGpu, instances: readonly MigInstance[]): FoundGpu[] {
  return instances
    .filter(({ parent_uuid }) => parent_uuid === row.uuid)
    .map(({ uuid, profile, memory_mebibytes }) => ({
      gpu: {
        framework: 'cuda',
        index: row.index,
        uuid,
        name: `${row.name} MIG ${profile}`.slice(0, 256),
        memory_bytes: memory_mebibytes * mebibyte,
        parent_uuid: row.uuid,
      },
      nodes: [],
      mounts: [],
    }));
}

function undivided(divided: readonly CsvGpu[], instances: readonly MigInstance[]): Condition[] {
  const empty = divided.filter(
    ({ uuid }) => !instances.some(({ parent_uuid }) => parent_uuid === uuid),
  );
  if (empty.length === 0) return [];
  const message = `GPU ${empty.map(({ index }) => index).join(', ')} is in MIG mode without an instance, so that nothing can use it. Make instances ("nvidia-smi mig -cgi ... -C"), or end the mode ("nvidia-smi -mig 0").`;
  return [{ code: 'mig_without_instances', message: message.slice(0, 1024) }];
}

function unknownMemory(gpus: readonly FoundGpu[]): Condition[] {
  const indexes = gpus.filter(({ gpu }) => gpu.memory_bytes === 0).map(({ gpu }) => gpu.index);
  if (indexes.length === 0) return [];
  const message = `nvidia-smi does not say how much memory GPU ${indexes.join(', ')} has: it is counted as 0 bytes.`;
  return [{ code: 'gpu_memory_unknown', message }];
}
