import { expect, test } from 'vitest';
import { pidFileState } from './pid-files.ts';

const processes = new Map([
  [10, 'dockerd'],
  [11, 'containerd'],
  [12, 'bash'],
]);

test.each([
  ['no file', null, 'dockerd', 'absent'],
  ['its engine lives', '10', 'dockerd', 'live'],
  ['its containerd lives', '11\n', 'containerd', 'live'],
  ["another's process has the number", '12', 'dockerd', 'stale'],
  ['another engine program has the number', '11', 'dockerd', 'stale'],
  ['no process has the number', '99', 'dockerd', 'stale'],
  ['an empty file', '', 'dockerd', 'stale'],
  ['no number', '-1', 'containerd', 'stale'],
  ['a path', '../1', 'containerd', 'stale'],
])('%s', (_name, content, program, expected) => {
  const nameOf = (pid: number) => processes.get(pid) ?? null;
  expect(pidFileState({ content, program, nameOf })).toBe(expected);
});
