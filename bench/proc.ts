import { readFileSync } from 'node:fs';

/** Linux counts CPU time in these, whatever the kernel's own tick is. */
const ticksPerSecond = 100;

/** A process of this machine, as /proc shows it. */
export interface ProcessUse {
  residentBytes(): number;
  /** What it has used so far, of all its threads. */
  cpuSeconds(): number;
}

export function useOf(pid: number | string): ProcessUse {
  return {
    residentBytes() {
      const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
      return Number(kilobytes?.[1]) * 1024;
    },
    cpuSeconds() {
      const { fields } = statOf(pid);
      return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    },
  };
}

/** The fields after the command: state, parent, group and so on. Empty for a process that has ended. */
export function statOf(pid: number | string): { command: string; fields: string[] } {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = text.lastIndexOf(')');
    return {
      command: text.slice(text.indexOf('(') + 1, end),
      fields: text.slice(end + 2).split(' '),
    };
  } catch {
    return { command: '', fields: [] };
  }
}
