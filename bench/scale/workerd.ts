import { readdirSync, readFileSync } from 'node:fs';

/** The process of workerd, as /proc shows it. */
export interface Workerd {
  residentBytes(): number;
  /** What it has used so far, of all its threads. */
  cpuSeconds(): number;
}

/** Linux counts CPU time in these, whatever the kernel's own tick is. */
const ticksPerSecond = 100;

/** @throws Error where there is no /proc, or no workerd in the process group of the control plane */
export function workerdOf(group: number | null): Workerd {
  const pid = readdirSync('/proc').find((name) => {
    if (!/^\d+$/.test(name)) return false;
    const { command, fields } = stat(name);
    return command.startsWith('workerd') && Number(fields[2]) === group;
  });
  if (pid === undefined) throw new Error('no process workerd in the group of the control plane');
  return {
    residentBytes() {
      const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
      return Number(kilobytes?.[1]) * 1024;
    },
    cpuSeconds() {
      const { fields } = stat(pid);
      return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    },
  };
}

/** The fields after the command: state, parent, group and so on. Empty for a process that has ended. */
function stat(pid: string): { command: string; fields: string[] } {
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
