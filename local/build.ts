import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildAssets } from './build/assets.ts';
import { buildControlPlaneProgram } from './build/control-plane.ts';
import { buildDashboard, dashboardFolder } from './build/dashboard.ts';
import { digestInputs } from './build/inputs.ts';
import { describeSize, type Size, sizeOf } from './build/sizes.ts';
import { buildWorker } from './build/worker.ts';
import { SetupError } from './docker/setup-error.ts';
import { waitForLock } from './home/lock.ts';
import { inRepository, repositoryRoot } from './paths.ts';

/** For a build by another process that is under way, and ours. */
const DEADLINE_MS = 180_000;

export const workerFolder = inRepository('dist/worker');
export const workerFile = inRepository('dist/worker/worker.js');
export const controlPlaneProgram = inRepository('dist/local/control-plane.mjs');
export const agentFile = inRepository('dist/agent/longshore-agent.mjs');
const assetsFolder = inRepository('dist/assets');

export interface BuildResult {
  /** False when the inputs are those of the last build. */
  worker: { built: boolean } & Size;
  agent: { built: boolean } & Size;
}

/**
 * Builds the Worker, the agent's one file, the dashboard, the assets that have both, and the program that runs the Worker here into `dist/`, each only when its
 * inputs have changed. Throws `SetupError` when one cannot be built.
 */
export async function buildAll(): Promise<BuildResult> {
  mkdirSync(inRepository('dist'), { recursive: true });
  const unlock = await waitForLock(inRepository('dist/build.lock'), DEADLINE_MS);
  try {
    return await buildChanged();
  } finally {
    unlock();
  }
}

async function buildChanged(): Promise<BuildResult> {
  const common = ['contract', 'package-lock.json'];
  const agentAndWorker = async () => {
    // wrangler wants the folder of its assets to be there.
    await once({
      inputs: [...common, 'dashboard', 'local/build/dashboard.ts'],
      output: join(dashboardFolder, 'index.html'),
      stamp: inRepository('dist/dashboard.stamp'),
      build: buildDashboard,
    });
    const agent = await buildAgentAndAssets(common);
    const worker = await once({
      inputs: [...common, 'src', 'catalog', 'drizzle', 'wrangler.toml'],
      output: workerFile,
      stamp: inRepository('dist/worker.stamp'),
      build: () => buildWorker(workerFolder),
    });
    return { agent, worker };
  };
  const [built] = await Promise.all([
    agentAndWorker(),
    once({
      inputs: [...common, 'local/control-plane', 'local/build'],
      output: controlPlaneProgram,
      stamp: inRepository('dist/local.stamp'),
      build: () => buildControlPlaneProgram(controlPlaneProgram),
    }),
  ]);
  return {
    worker: { built: built.worker, ...sizeOf(workerFile) },
    agent: { built: built.agent, ...sizeOf(agentFile) },
  };
}

async function buildAgentAndAssets(common: string[]): Promise<boolean> {
  const built = await once({
    inputs: [...common, 'package.json', 'agent'],
    output: agentFile,
    stamp: inRepository('dist/agent.stamp'),
    build: buildAgentFile,
  });
  await once({
    inputs: [...common, 'package.json', 'agent', 'dashboard', 'local/build'],
    output: join(assetsFolder, 'agent/install.sh'),
    stamp: inRepository('dist/assets.stamp'),
    build: () => buildAssets(assetsFolder, agentFile),
  });
  return built;
}

/** One line for people. */
export function describeBuild({ worker, agent }: BuildResult): string {
  const state = worker.built || agent.built ? '' : 'unchanged, ';
  return `${state}Worker ${describeSize(worker)}, agent ${describeSize(agent)}`;
}

async function once(target: {
  inputs: string[];
  output: string;
  stamp: string;
  build: () => Promise<void>;
}): Promise<boolean> {
  const digest = digestInputs(repositoryRoot, target.inputs);
  if (existsSync(target.output) && readStamp(target.stamp) === digest) return false;
  await target.build();
  writeFileSync(target.stamp, digest);
  return true;
}

function readStamp(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

async function buildAgentFile(): Promise<void> {
  // Loads the bundler, which a start with nothing to build does without.
  const { buildAgent } = await import('../agent/build.ts');
  mkdirSync(dirname(agentFile), { recursive: true });
  await buildAgent(agentFile).catch((error: unknown) => {
    throw new SetupError(
      `The agent cannot be built: ${error instanceof Error ? error.message : error}`,
      'Correct what esbuild names above.',
    );
  });
}

async function main(): Promise<void> {
  const begun = performance.now();
  const result = await buildAll();
  console.log(`${describeBuild(result)} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch((error: unknown) => {
    console.error(error instanceof SetupError ? `${error.message}\n${error.hint}` : error);
    process.exitCode = 1;
  });
}
