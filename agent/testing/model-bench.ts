import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import type { Launch } from '../desired.ts';
import { createLog } from '../log.ts';
import { createModels, type EnsureCall, type ModelsOptions } from '../models/models.ts';
import { hastyClock } from './hasty-clock.ts';
import { testLaunch } from './launch-spec.ts';
import { ModelHub } from './model-hub.ts';

const stallMs = 60_000;

/** A host's models beside a hub on loopback. `again()` is the agent's next process on the same disk. */
export async function modelBench(options: Partial<ModelsOptions> = {}) {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'longshore-models-')));
  const hub = new ModelHub();
  await hub.start();
  const clock = hastyClock(stallMs);
  const lines: string[] = [];
  const log = createLog({ write: (line) => void lines.push(line), json: true, wall: Date.now });
  /** Containers that exist or are wanted; null: not known. */
  const state: { inUse: Set<string> | null } = { inUse: new Set() };
  const again = () =>
    createModels({
      folder,
      limit_bytes: null,
      hub_url: hub.url,
      user_agent: 'longshore-agent/test',
      freeBytes: async () => 2 ** 50,
      inUse: () => state.inUse,
      clock,
      random: () => 0,
      log,
      ...options,
    });
  let models = again();

  /** Wants the launch's model, as a host does that has it in its desired set. */
  function ensure(launch: Launch, call: Partial<EnsureCall> = {}): Promise<string | null> {
    state.inUse?.add(launch.name);
    return models.ensure(launch, {
      secrets: new Map(),
      signal: new AbortController().signal,
      onProgress: () => {},
      ...call,
    });
  }

  return {
    folder,
    hub,
    clock,
    lines,
    state,
    ensure,
    restart() {
      models = again();
    },
    async stop() {
      await hub.stop();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
export type ModelBench = Awaited<ReturnType<typeof modelBench>>;

/** A launch that wants a model of the hub. */
export function modelLaunch(
  model: Partial<LaunchSpec['model']> = {},
  changes: Partial<LaunchSpec> = {},
): Launch {
  const repo = model.repo_id ?? 'org/tiny';
  const path = ['/models', repo.split('/').at(-1), model.file].filter(Boolean).join('/');
  return testLaunch({
    model: { source: 'huggingface', repo_id: repo, path, ...model },
    ...changes,
  });
}

/** Every file below a folder, with its content; links are followed. */
export async function contentOf(folder: string | null): Promise<Record<string, string>> {
  if (folder === null) throw new Error('no folder');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  const contents = await Promise.all(
    files.map(async ({ parentPath, name }): Promise<[string, string]> => {
      const path = join(parentPath, name);
      return [relative(folder, path), await readFile(path, 'latin1')];
    }),
  );
  return Object.fromEntries(contents.sort(([one], [other]) => (one < other ? -1 : 1)));
}
