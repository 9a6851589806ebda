import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../contract/host.ts';
import { dashboardFolder } from '../local/build/dashboard.ts';
import type { Interrupts } from '../local/interrupts.ts';
import { noRateLimits } from '../local/no-rate-limits.ts';
import { startStack } from '../local/start-stack.ts';
import type { UndoList } from '../local/undo.ts';
import { launchChromium } from '../test/support/chromium.ts';
import { type Client, clientAt } from '../test/support/client-at.ts';
import { findDebianProgram } from '../test/support/debian-program.ts';
import { cudaGpu, inventoryWith, newFakeAgent } from '../test/support/fake-agent.ts';
import { until } from '../test/support/until.ts';
import { chunksIn, firstLoad, gzipBytesOf } from './dashboard/chunks.ts';
import {
  firstContent,
  newPage,
  pretendHosts,
  requestsWhileIdle,
  scriptsOf,
  type Visitor,
} from './dashboard/pages.ts';
import { type Scrolled, scrollThrough } from './dashboard/scroll.ts';
import { runBench } from './main.ts';
import { percentile, spreadOf } from './statistics.ts';

/** What the dashboard takes of a browser and of the API. See README.md. */

const deploymentCount = 500;
const hostCount = 1000;
const rounds = 10;
const idle_ms = 60_000;
const lanes = 8;

const pages = [
  { path: '/welcome', heading: 'Get started' },
  { path: '/deployments', heading: 'Deployments' },
  { path: '/deployments/many-0', heading: 'many-0' },
  { path: '/deploy', heading: 'Deploy a model' },
  { path: '/backends', heading: 'Backends' },
  { path: '/backends/vLLM', heading: 'vLLM' },
  { path: '/add-backend', heading: 'Add a backend' },
  { path: '/community', heading: 'Community backends' },
  { path: '/hosts', heading: 'Hosts' },
  { path: '/settings/tokens', heading: 'Tokens' },
  { path: '/docs/api', heading: 'API' },
];

async function bench({ signal, onForce }: Interrupts, undo: UndoList): Promise<string> {
  const executable = await findDebianProgram('chromium', 'chromium');
  if (executable === null) throw new Error('There is no Chromium: apt-get install chromium');
  const home = mkdtempSync(join(tmpdir(), 'longshore-bench-'));
  undo.add(() => rmSync(home, { recursive: true, force: true }));
  const stack = await startStack({ home, port: 0, agent: false, settings: noRateLimits, signal });
  undo.add(() => stack.stop());
  onForce(() => stack.kill());
  const browser = await launchChromium(executable);
  undo.add(() => browser.close());
  const client = clientAt(stack.url, stack.adminToken, 'org_default');
  const visitor: Visitor = { browser, url: stack.url, token: stack.adminToken };
  await deployMany(client, deploymentCount);
  const host = await oneHost(client);

  // Each is told when it is measured.
  console.log(await sizes(visitor));
  console.log(await lists(visitor, host));
  console.log(await contents(visitor, signal));
  return await idleness(client, host.id, visitor);
}

/** Deployments that want nothing: no host has to do with them. */
async function deployMany(client: Client, count: number): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (next < count) {
        const spec = { name: `many-${next++}`, image_name: 'engine:1', replicas: 0 };
        const { status, body } = await client.call('POST', '/api/v1/deployments', spec);
        if (status !== 201) throw new Error(JSON.stringify(body));
      }
    }),
  );
}

async function oneHost(client: Client): Promise<Host> {
  const gpus = Array.from({ length: 8 }, (_, index) => cudaGpu(index));
  const { hostId } = await newFakeAgent(client, inventoryWith({ gpus }));
  return (await client.call<Host>('GET', `/api/v1/hosts/${hostId}`)).body;
}

const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1).padStart(7);

async function sizes(visitor: Visitor): Promise<string> {
  const first = firstLoad(dashboardFolder);
  const known = new Set(first.map(({ file }) => file));
  const chunks = chunksIn(dashboardFolder);
  const lines = [
    'JavaScript, kB gzipped',
    `  ${'every page, before it shows anything'.padEnd(38)}${kilobytes(gzipBytesOf(first))}`,
  ];
  for (const { path } of pages) {
    const own = (await scriptsOf(visitor, path)).filter((file) => !known.has(file));
    const bytes = gzipBytesOf(own.flatMap((file) => chunks.get(file) ?? []));
    lines.push(`  ${`${path}, besides`.padEnd(38)}${kilobytes(bytes)}  in ${own.length} files`);
  }
  return lines.join('\n');
}

async function contents(visitor: Visitor, signal: AbortSignal): Promise<string> {
  const lines = ['From the address to something on the screen, nothing cached, ms (p50, p95)'];
  for (const { path, heading } of pages.slice(0, 3)) {
    const shown = [];
    for (let round = 0; round < rounds; round += 1) {
      signal.throwIfAborted();
      shown.push(await firstContent(visitor, path, heading));
    }
    const paint = spreadOf(shown.map(({ paint_ms }) => paint_ms));
    const head = spreadOf(shown.map(({ heading_ms }) => heading_ms));
    lines.push(
      `  ${`${path}, painted`.padEnd(38)}${whole(paint.p50)}${whole(paint.p95)}`,
      `  ${`${path}, its heading`.padEnd(38)}${whole(head.p50)}${whole(head.p95)}`,
    );
  }
  return lines.join('\n');
}

const whole = (value: number) => value.toFixed(0).padStart(7);

async function lists(visitor: Visitor, host: Host): Promise<string> {
  const lines = ['A list scrolled, 120 pixels a frame, to its end or for 300 frames'];
  const told = (what: string, { frames_ms, mostItems, elements }: Scrolled) => {
    const late = frames_ms.filter((each) => each > 25).length;
    const long = frames_ms.filter((each) => each > 50).length;
    lines.push(
      `  ${what}: ${frames_ms.length} frames, p50 ${percentile(frames_ms, 0.5).toFixed(1)} ms, p99 ${percentile(frames_ms, 0.99).toFixed(1)} ms, longest ${Math.max(...frames_ms).toFixed(1)} ms`,
      `    ${late} over 25 ms, ${long} over 50 ms; at most ${mostItems} of them exist at a time, ${elements} elements in all`,
    );
  };
  const deployments = await newPage(visitor);
  await deployments.goto('/deployments');
  await deployments.getByRole('table').getByRole('link').first().waitFor();
  told(
    `${deploymentCount} deployments`,
    await scrollThrough(deployments, 'tbody tr[aria-rowindex]'),
  );
  await deployments.context().close();

  const hosts = await newPage(visitor);
  await pretendHosts(hosts, host, hostCount);
  await hosts.goto('/hosts');
  await hosts.getByRole('article').first().waitFor();
  told(`${hostCount} hosts`, await scrollThrough(hosts, 'article'));
  await hosts.context().close();
  return lines.join('\n');
}

/** The host that nobody keeps alive must have gone offline before: that is told to every page. */
async function idleness(client: Client, hostId: string, visitor: Visitor): Promise<string> {
  await until(
    'the host is offline',
    async () =>
      (await client.call<Host>('GET', `/api/v1/hosts/${hostId}`)).body.status === 'offline',
    120_000,
  );
  const counts = await Promise.all(
    pages.map(async ({ path }) => ({
      path,
      count: await requestsWhileIdle(visitor, path, idle_ms),
    })),
  );
  const lines = counts.map(({ path, count }) => `  ${path.padEnd(38)}${String(count).padStart(7)}`);
  return ['API requests of an open page in an idle minute', ...lines, ''].join('\n');
}

await runBench(bench);
