import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseDocument } from 'yaml';
import { isErrno } from '../atomic-file.ts';
import { inTime } from '../in-time.ts';
import { Policy } from './policy.ts';

/** `broken`: there is a policy, but nobody can say what it allows, so that nothing may start. */
export type PolicyState =
  | { kind: 'none' }
  | { kind: 'policy'; policy: Policy }
  | { kind: 'broken'; why: string };

export interface PolicyFile {
  file: string;
  /** Somebody named it: it has to be there. */
  named: boolean;
  /** Of this process; root demands that the file is root's. Null: not known. */
  uid: number | null;
}

export interface PolicyRead {
  state: PolicyState;
  /** Another one when the file is another. */
  stamp: string;
}

/**
 * Reads the policy when it is not the one of `stamp`; null: it is. Never rejects: what cannot be read is `broken`, and
 * only a file that is not there, and that nobody named, is no policy.
 */
export async function readPolicy(from: PolicyFile, stamp: string): Promise<PolicyRead | null> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(from.file, 'r');
    const { mtimeMs, ctimeMs, size, ino, uid, mode } = await handle.stat();
    const found = [mtimeMs, ctimeMs, size, ino].join();
    const untrusted = await whyUntrusted(from, { uid, mode });
    if (untrusted !== null) return { state: broken(untrusted), stamp: '' };
    if (found === stamp) return null;
    return { state: parsePolicy(await handle.readFile('utf8')), stamp: found };
  } catch (error) {
    if (isErrno(error, 'ENOENT')) {
      const why = 'it is not there, although --policy or LONGSHORE_POLICY names it';
      return { state: from.named ? broken(why) : { kind: 'none' }, stamp: '' };
    }
    return { state: broken(error instanceof Error ? error.message : String(error)), stamp: '' };
  } finally {
    await handle?.close();
  }
}

export type PolicyReader = (stamp: string) => Promise<PolicyRead | 'same' | 'silent'>;

/** As `readPolicy`, of a disk that may never answer: `silent` then, and it is not asked again before it has. */
export function policyReader(from: PolicyFile, deadlineMs = 5000): PolicyReader {
  const ask = inTime<PolicyRead | 'same'>(deadlineMs);
  return async (stamp) =>
    (await ask(from.file, async () => (await readPolicy(from, stamp)) ?? 'same')) ?? 'silent';
}

/** What is said of a policy that was never read, since its disk does not answer. */
export const silentPolicy: PolicyState = broken('its disk does not answer (look at what it is on)');

/** Whoever can write the file, or put another in its place, could allow himself anything. */
async function whyUntrusted(
  { file, uid }: PolicyFile,
  found: { uid: number; mode: number },
): Promise<string | null> {
  if (uid !== 0) return null;
  if (found.uid !== 0) return 'it does not belong to root (chown root it)';
  if ((found.mode & 0o022) !== 0) return 'others than root may write it (chmod 644 it)';
  const folder = await stat(dirname(file));
  if (folder.uid !== 0 || (folder.mode & 0o022) !== 0) {
    return `others than root may write its folder ${dirname(file)} (chown root, chmod 755)`;
  }
  return null;
}

export function parsePolicy(text: string): PolicyState {
  const document = parseDocument(text, { stringKeys: true });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) return broken(fault.message.split('\n')[0]?.replace(/:$/, '') ?? 'no YAML');
  const content: unknown = document.toJS({ maxAliasCount: 100 });
  // A file that was cut must not be one that allows everything.
  if (content === null || content === undefined) {
    return broken('it is empty (write rules, or remove it to allow everything)');
  }
  const read = Policy.safeParse(content);
  if (read.success) return { kind: 'policy', policy: read.data };
  const faults = read.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
  return broken(faults.slice(0, 5).join('; '));
}

function broken(why: string): PolicyState {
  return { kind: 'broken', why: why.slice(0, 600) };
}
