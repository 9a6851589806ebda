import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockState, StateInUseError } from './lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('of two that take a state folder one is told who has it, until that lets go', async () => {
  const first = await lockState(folder);
  const refused = await lockState(folder).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(StateInUseError);
  expect(String(refused)).toContain(`(process ${process.pid}, by its own count)`);
  expect(String(refused)).toContain('--state');
  await first.release();
  const second = await lockState(folder);
  await second.release();
});

test('of many that come at once one has it', async () => {
  const taken = await Promise.allSettled(Array.from({ length: 8 }, () => lockState(folder)));
  const locks = taken.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  expect(locks).toHaveLength(1);
  await locks[0]?.release();
});

/** A process that has the folder, whatever becomes of it. */
async function holder() {
  const code = `require('net').createServer((s) => s.end(String(process.pid))).listen(${JSON.stringify(join(folder, 'agent.sock'))}, () => console.log('has it'))`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return child;
}

test('one that was killed has it no more, though its socket is still there', async () => {
  const child = await holder();
  await expect(lockState(folder)).rejects.toBeInstanceOf(StateInUseError);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  expect(existsSync(join(folder, 'agent.sock'))).toBe(true);
  await (await lockState(folder)).release();
});

test('one that stands still has it all the same', async () => {
  const child = await holder();
  child.kill('SIGSTOP');
  const refused = await lockState(folder).catch((error: unknown) => error);
  child.kill('SIGKILL');
  expect(refused).toBeInstanceOf(StateInUseError);
  expect(String(refused)).toContain('Another agent runs with');
});
