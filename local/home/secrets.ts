import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { SetupError } from '../docker/setup-error.ts';
import type { Home } from './home.ts';

export interface HomeSecrets {
  adminToken: string;
  /** Seals the organisations' secrets: 32 bytes in base64. */
  secretsKey: string;
  /** PEM, PKCS#8, Ed25519. */
  databasePrivateKey: string;
}

/** The secrets of a home, made with its first start and kept (0600). Throws `SetupError` for a damaged one. */
export function readSecrets(home: Home): HomeSecrets {
  const adminToken = keep(home.adminToken, () => `lsa_${randomBytes(32).toString('base64url')}`);
  if (!/^lsa_[A-Za-z0-9_-]{43}$/.test(adminToken)) throw damaged(home.adminToken);
  const secretsKey = keep(home.secretsKey, () => randomBytes(32).toString('base64'));
  if (!/^[A-Za-z0-9+/]{43}=$/.test(secretsKey)) {
    throw new SetupError(
      `${home.secretsKey} is damaged.`,
      'Restore it from a backup; or remove it, and set every secret anew.',
    );
  }
  return { adminToken, secretsKey, databasePrivateKey: readDatabaseKey(home) };
}

function readDatabaseKey(home: Home): string {
  const existing = readIfThere(home.databaseKey);
  if (existing !== null && readIfThere(home.databasePublicKey) !== null) return existing;
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  writeDurably(
    home.databasePublicKey,
    publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  );
  writeDurably(home.databaseKey, pem);
  return pem;
}

function keep(file: string, make: () => string): string {
  const existing = readIfThere(file);
  if (existing !== null) return existing.trim();
  const made = make();
  writeDurably(file, `${made}\n`);
  return made;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new SetupError(
      `${file} cannot be read: ${error instanceof Error ? error.message : error}.`,
      'Start Longshore as the user who started it first.',
    );
  }
}

/** Whole or not at all, also when the machine loses power. */
export function writeDurably(file: string, content: string): void {
  const descriptor = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${file}.new`, file);
}

function damaged(file: string): SetupError {
  return new SetupError(
    `${file} is damaged.`,
    'Remove it: a new token is made with the next start.',
  );
}
