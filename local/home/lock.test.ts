import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { recordProcess } from '../process/identity.ts';
import { acquireLock } from './lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'longshore-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const newLock = () => join(mkdtempSync(join(folder, 'at-')), 'lock');

test('one holder at a time, and a freed lock can be taken again', () => {
  const file = newLock();
  const free = acquireLock(file);
  expect(() => acquireLock(file)).toThrow(`process ${process.pid} holds`);
  free();
  acquireLock(file)();
  expect(readdirSync(join(file, '..'))).toEqual([]);
});

test('the lock of a process that was killed is taken over', async () => {
  const file = newLock();
  const holder = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  await once(holder, 'spawn');
  writeFileSync(file, JSON.stringify(recordProcess(holder.pid ?? 0)));
  expect(() => acquireLock(file)).toThrow('runs already on this home');
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const free = acquireLock(file);
  expect(JSON.parse(readFileSync(file, 'utf8')).pid).toBe(process.pid);
  free();
});

test.each([
  ['empty', ''],
  ['no JSON', '{'],
  ['another process has the number now', JSON.stringify({ pid: process.pid, identity: 'other' })],
])('a lock that names nobody alive is taken over: %s', (_name, content) => {
  const file = newLock();
  writeFileSync(file, content);
  acquireLock(file)();
});
