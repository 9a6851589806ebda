import { execFile } from 'node:child_process';
import type { Condition, Gpu } from '../../contract/host.ts';

/** Runs a program and gives what it printed; `exit_code` null: it could not be run, or was killed. */
export type RunProgram = (
  file: string,
  args: readonly string[],
) => Promise<{ exit_code: number | null; not_found: boolean; stdout: string; stderr: string }>;

const deadlineMs = 15_000;

export const runProgram: RunProgram = (file, args) =>
  new Promise((resolve) => {
    const options = { timeout: deadlineMs, killSignal: 'SIGKILL', maxBuffer: 1024 * 1024 } as const;
    execFile(file, args, options, (error, stdout, stderr) => {
      const code = error ? error.code : 0;
      const not_found = code === 'ENOENT';
      resolve({ exit_code: typeof code === 'number' ? code : null, not_found, stdout, stderr });
    });
  });

export interface GpuScan {
  gpus: Gpu[];
  conditions: Condition[];
}

const query = ['--query-gpu=index,uuid,name,memory.total', '--format=csv,noheader,nounits'];

/** The NVIDIA GPUs of this machine. A machine without `nvidia-smi` has none, which is no fault. */
export async function scanNvidia(run: RunProgram): Promise<GpuScan> {
  const { exit_code, not_found, stdout, stderr } = await run('nvidia-smi', query);
  if (not_found) return { gpus: [], conditions: [] };
  const { gpus, unread } = parseNvidiaSmi(stdout);
  const words = [...unread, ...stderr.split('\n')].map((line) => line.trim()).filter(Boolean);
  if (exit_code === 0 && words.length === 0) return { gpus, conditions: unknownMemory(gpus) };
  if (gpus.length === 0 && words.some((line) => /^No devices were found/i.test(line))) {
    return { gpus: [], conditions: [] };
  }
  const why =
    words.join(' ') ||
    (exit_code === null ? `no answer within ${deadlineMs / 1000} s` : `exit code ${exit_code}`);
  const message = `nvidia-smi failed: ${why}`.slice(0, 1024);
  return { gpus, conditions: [...unknownMemory(gpus), { code: 'nvidia_smi_failed', message }] };
}

/** `index, uuid, name, memory in MiB` a line. Lines of another form come back as they are. */
export function parseNvidiaSmi(stdout: string): { gpus: Gpu[]; unread: string[] } {
  const gpus: Gpu[] = [];
  const unread: string[] = [];
  for (const line of stdout.split('\n').map((text) => text.trim())) {
    if (line === '') continue;
    const [, index, uuid, name, memory] =
      /^(\d+),\s*(GPU-[0-9a-fA-F-]+),\s*(.+?),\s*(\d+(?:\s*MiB)?|\[?N\/A\]?|\[[^\]]+\])$/.exec(
        line,
      ) ?? [];
    if (index === undefined || uuid === undefined || name === undefined) {
      unread.push(line);
      continue;
    }
    const mebibytes = Number.parseInt(memory ?? '', 10);
    gpus.push({
      framework: 'cuda',
      index: Number(index),
      uuid,
      name: name.slice(0, 256),
      memory_bytes: Number.isNaN(mebibytes) ? 0 : mebibytes * 1024 * 1024,
    });
  }
  return { gpus, unread };
}

/** Chips that share the memory of the processor print `[N/A]`. */
function unknownMemory(gpus: readonly Gpu[]): Condition[] {
  const indexes = gpus.filter(({ memory_bytes }) => memory_bytes === 0).map(({ index }) => index);
  if (indexes.length === 0) return [];
  const message = `nvidia-smi does not say how much memory GPU ${indexes.join(', ')} has: it is counted as 0 bytes.`;
  return [{ code: 'gpu_memory_unknown', message }];
}
