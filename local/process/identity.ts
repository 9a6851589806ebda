import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Names one process for ever: its number alone is given to a stranger's process later. Null when there is none, or it
 * has ended and only waits to be reaped.
 */
export function processIdentity(pid: number): string | null {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/** A process as a file keeps it. */
export interface ProcessRecord {
  pid: number;
  identity: string;
}

/** Null when it has ended already. */
export function recordProcess(pid: number): ProcessRecord | null {
  const identity = processIdentity(pid);
  return identity === null ? null : { pid, identity };
}

export function isAlive(record: ProcessRecord): boolean {
  return processIdentity(record.pid) === record.identity;
}

function fromProc(pid: number): string | null {
  try {
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const start = startOfStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return start === null ? null : `${bootId}/${start}`;
  } catch {
    // No such process, or it ended while we read.
    return null;
  }
}

/** The start time in `/proc/PID/stat` (proc(5), field 22); null for a zombie. */
export function startOfStat(stat: string): string | null {
  // The second field is the program's name in parentheses, which may hold blanks and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}

function fromPs(pid: number): string | null {
  const env = { PATH: '/bin:/usr/bin', LC_ALL: 'C' };
  const { status, stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
    env,
    encoding: 'utf8',
  });
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : null;
}
