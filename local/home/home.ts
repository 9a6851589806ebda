import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SetupError } from '../docker/setup-error.ts';

/** Where one Longshore of this machine keeps everything. */
export interface Home {
  folder: string;
  lock: string;
  roster: string;
  /** For tools and tests: where it answers, and with which token. There while it runs. */
  localJson: string;
  adminToken: string;
  secretsKey: string;
  databaseKey: string;
  databasePublicKey: string;
  database: string;
  durableObjects: string;
  agent: string;
  logs: string;
  temporary: string;
}

/** Makes the folder (0700) and those in it. Throws `SetupError` when it cannot be one. */
export function openHome(path: string): Home {
  const folder = resolve(path);
  const home: Home = {
    folder,
    lock: join(folder, 'lock'),
    roster: join(folder, 'processes.json'),
    localJson: join(folder, 'local.json'),
    adminToken: join(folder, 'admin-token'),
    secretsKey: join(folder, 'secrets-key'),
    databaseKey: join(folder, 'database-key.pem'),
    databasePublicKey: join(folder, 'database-key.pub.pem'),
    database: join(folder, 'database'),
    durableObjects: join(folder, 'durable-objects'),
    agent: join(folder, 'agent'),
    logs: join(folder, 'logs'),
    temporary: join(folder, 'tmp'),
  };
  try {
    makeFolder(folder);
    for (const part of [home.database, home.durableObjects, home.agent, home.logs]) {
      makeFolder(part);
    }
    // Miniflare clears its files up by itself unless it is killed.
    rmSync(home.temporary, { recursive: true, force: true });
    makeFolder(home.temporary);
  } catch (error) {
    throw new SetupError(
      `LONGSHORE_HOME is ${folder}, which cannot be used: ${reason(error)}.`,
      'Name a folder that this user can write to: LONGSHORE_HOME=/path/to/folder',
    );
  }
  return home;
}

function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!statSync(folder).isDirectory()) throw new Error('it is not a folder');
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return 'a file is in its place or on the way to it';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not write there';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
