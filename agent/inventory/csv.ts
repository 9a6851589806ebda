import { mebibyte } from './found-gpu.ts';

export interface CsvGpu {
  index: number;
  uuid: string;
  name: string;
  memory_bytes: number;
  /** The columns after memory. */
  more: string[];
}

/**
 * `index, uuid, name, memory in MiB, ...` a line, as `nvidia-smi --query-gpu` and the tools made after it print. Lines
 * of another form come back as they are.
 */
export function parseGpuCsv(stdout: string): { rows: CsvGpu[]; unread: string[] } {
  const rows: CsvGpu[] = [];
  const unread: string[] = [];
  for (const line of stdout.split('\n').map((text) => text.trim())) {
    if (line === '') continue;
    const [index = '', uuid = '', name = '', memory, ...more] = line
      .split(',')
      .map((column) => column.trim());
    if (!/^\d+$/.test(index) || !/^GPU-[0-9a-fA-F-]+$/.test(uuid) || name === '' || !memory) {
      unread.push(line);
      continue;
    }
    rows.push({
      index: Number(index),
      uuid,
      name: name.slice(0, 256),
      // Chips that share the memory of the processor print `[N/A]`.
      memory_bytes: /^\d+/.test(memory) ? Number.parseInt(memory, 10) * mebibyte : 0,
      more,
    });
  }
  return { rows, unread };
}
