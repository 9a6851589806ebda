import { createHash } from 'node:crypto';
import { dirname, join, relative } from 'node:path';
import type { HubFile } from './hub.ts';

/** What one launch takes of a repository at a commit. */
export interface Wanted {
  repo: string;
  commit: string;
  include: readonly string[] | null;
  file: string | null;
}

/**
 * Where everything stands below the models' folder:
 *
 *     hub/models--owner--name/{blobs,refs,snapshots}   as huggingface_hub keeps it: HF_HOME may point to the folder
 *     longshore/snapshots/<key>/record.json            what a snapshot consists of
 *     longshore/snapshots/<key>/files/                 hard links to its blobs: what a container gets to see
 *     longshore/pins/<container>.json                  which commit a launch uses
 *
 * A hard link is made once the blob's content is proven, so that a file below `files/` needs no second look.
 */
export interface Layout {
  readonly root: string;
  readonly hub: string;
  readonly pins: string;
  readonly snapshots: string;
  pin(container: string): string;
  record(key: string): string;
  files(key: string): string;
  blobs(repo: string): string;
  blob(repo: string, file: HubFile): string;
  /** The name of a file in the hub's own layout, and what it points to. */
  hubLink(wanted: Pick<Wanted, 'repo' | 'commit'>, file: HubFile): { path: string; target: string };
  hubSnapshot(wanted: Pick<Wanted, 'repo' | 'commit'>): string;
  refs(repo: string): string;
}

export function layoutOf(root: string): Layout {
  const snapshots = join(root, 'longshore/snapshots');
  const pins = join(root, 'longshore/pins');
  const hub = join(root, 'hub');
  const repoFolder = (repo: string) => join(hub, `models--${repo.replaceAll('/', '--')}`);
  const blobs = (repo: string) => join(repoFolder(repo), 'blobs');
  const blob = (repo: string, { digest }: HubFile) => join(blobs(repo), digest.hex);
  const hubSnapshot = ({ repo, commit }: Pick<Wanted, 'repo' | 'commit'>) =>
    join(repoFolder(repo), 'snapshots', commit);
  return {
    root,
    hub,
    pins,
    snapshots,
    pin: (container) => join(pins, `${encodeURIComponent(container)}.json`),
    record: (key) => join(snapshots, key, 'record.json'),
    files: (key) => join(snapshots, key, 'files'),
    blobs,
    blob,
    hubLink(wanted, file) {
      const path = join(hubSnapshot(wanted), file.path);
      return { path, target: relative(dirname(path), blob(wanted.repo, file)) };
    },
    hubSnapshot,
    refs: (repo) => join(repoFolder(repo), 'refs'),
  };
}

/** Names a snapshot: readable, and different for everything that makes a difference. */
export function keyOf({ repo, commit, include, file }: Wanted): string {
  const all = JSON.stringify([repo, commit, include && [...include].sort(), file]);
  const hash = createHash('sha256').update(all).digest('hex').slice(0, 16);
  return `${repo.replaceAll('/', '--').slice(0, 100)}--${commit.slice(0, 7)}-${hash}`;
}
