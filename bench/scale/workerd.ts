import { readdirSync } from 'node:fs';
import { type ProcessUse, statOf, useOf } from '../proc.ts';

/** @throws Error where there is no /proc, or no workerd in the process group of the control plane */
export function workerdOf(group: number | null): ProcessUse {
  const pid = readdirSync('/proc').find((name) => {
    if (!/^\d+$/.test(name)) return false;
    const { command, fields } = statOf(name);
    return command.startsWith('workerd') && Number(fields[2]) === group;
  });
  if (pid === undefined) throw new Error('no process workerd in the group of the control plane');
  return useOf(pid);
}
