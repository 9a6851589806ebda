export interface MigInstance {
  parent_uuid: string;
  uuid: string;
  /** Such as `2g.20gb`. */
  profile: string;
  memory_mebibytes: number;
}

/** From the table that `nvidia-smi` prints without arguments; newer drivers write `CUDA UMD Version`. */
export function parseCudaVersion(table: string): string | null {
  return /CUDA (?:UMD )?Version:\s*(\d+\.\d+)/.exec(table)?.[1] ?? null;
}

/** Mebibytes of each MIG instance, by `GPU number/MIG device number`, from the same table. */
export function parseMigMemory(table: string): Map<string, number> {
  const memory = new Map<string, number>();
  const row = /^\s*\|\s+(\d+)\s+\d+\s+\d+\s+(\d+)\s+\|\s+\d+MiB\s*\/\s*(\d+)MiB\s+\|/;
  for (const line of table.split('\n')) {
    const [, gpu, device, mebibytes] = row.exec(line) ?? [];
    if (gpu !== undefined) memory.set(`${gpu}/${device}`, Number(mebibytes));
  }
  return memory;
}

/** The MIG instances that `nvidia-smi -L` lists. One that `memory` lacks has what its profile promises. */
export function parseMigList(list: string, memory: ReadonlyMap<string, number>): MigInstance[] {
  const instances: MigInstance[] = [];
  let parent = { number: '', uuid: '' };
  for (const line of list.split('\n')) {
    const [, number, uuid] = /^GPU (\d+): .*\(UUID: (GPU-[0-9a-fA-F-]+)\)/.exec(line) ?? [];
    if (number !== undefined && uuid !== undefined) parent = { number, uuid };
    const [, profile, device, instance] =
      /^\s+MIG (\S+)\s+Device\s+(\d+): \(UUID: (MIG-[0-9a-zA-Z/-]+)\)/.exec(line) ?? [];
    if (profile === undefined || instance === undefined || !parent.uuid) continue;
    const promised = Number(/\.(\d+)gb/.exec(profile)?.[1] ?? 0) * 1024;
    instances.push({
      parent_uuid: parent.uuid,
      uuid: instance,
      profile,
      memory_mebibytes: memory.get(`${parent.number}/${device}`) ?? promised,
    });
  }
  return instances;
}
