import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dashboardFolder as pages } from './dashboard.ts';

/**
 * What the Worker's assets are: the dashboard's pages as they were built, and in `agent/` the agent's one file with its digest and the script
 * that installs it. A file that is as it should be is left alone, since a runtime may be serving it.
 */
export async function buildAssets(folder: string, agentFile: string): Promise<void> {
  const { installScript } = await import('../../agent/build.ts');
  const { script, sha256 } = await installScript(agentFile);
  const wanted = new Map<string, Buffer>([
    ...filesOf(pages).map((path) => [path, readFileSync(join(pages, path))] as const),
    ['agent/longshore-agent.mjs', readFileSync(agentFile)],
    ['agent/longshore-agent.mjs.sha256', Buffer.from(`${sha256}  longshore-agent.mjs\n`)],
    ['agent/install.sh', Buffer.from(script)],
  ]);
  mkdirSync(folder, { recursive: true });
  const present = filesOf(folder);
  for (const path of present) if (!wanted.has(path)) rmSync(join(folder, path));
  for (const [path, content] of wanted) {
    const file = join(folder, path);
    if (present.includes(path) && readFileSync(file).equals(content)) continue;
    mkdirSync(dirname(file), { recursive: true });
    const fresh = join(dirname(folder), `.${process.pid}.asset`);
    writeFileSync(fresh, content);
    renameSync(fresh, file);
  }
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
