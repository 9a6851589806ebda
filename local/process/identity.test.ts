import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { isAlive, processIdentity, recordProcess, startOfStat } from './identity.ts';

test('a process keeps its identity while it lives, and another one has another', async () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  await once(child, 'spawn');
  const record = recordProcess(child.pid ?? 0);
  if (record === null) throw new Error('the child has no identity');
  expect(isAlive(record)).toBe(true);
  expect(record.identity).not.toBe(processIdentity(process.pid));
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(record)).toBe(false);
});

test('a process that is not there has none', () => {
  expect(processIdentity(2 ** 30)).toBeNull();
});

const rest = `1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 START 20`;
test.each([
  ['a plain name', `7 (node) S ${rest}`, 'START'],
  ['a name with blanks and parentheses', `7 (a) b (c) R ${rest}`, 'START'],
  ['a zombie', `7 (node) Z ${rest}`, null],
])('the start time in /proc/PID/stat: %s', (_name, stat, expected) => {
  expect(startOfStat(stat)).toBe(expected);
});
