import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inject, onTestFinished } from 'vitest';

/** A folder as a clone is in which `npm start` has just said that it is ready: the shared stack. Goes with the test. */
export function readyClone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-clone-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(resolve(import.meta.dirname, '../../demo'), join(folder, 'demo'));
  mkdirSync(join(folder, '.longshore'));
  const { url, adminToken } = inject('stack');
  const local = { url, admin_token: adminToken };
  writeFileSync(join(folder, '.longshore/local.json'), JSON.stringify(local));
  return folder;
}
