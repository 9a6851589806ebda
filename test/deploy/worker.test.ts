import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeSize, sizeOf } from '../../local/build/sizes.ts';
import { wranglerCommand, wranglerEnvironment } from '../../local/build/worker.ts';
import { runCommand } from '../../local/docker/command.ts';
import { repositoryRoot } from '../../local/paths.ts';

/** Cloudflare's limit on the free plan, gzipped. */
const MAX_GZIP_BYTES = 3 * 1024 * 1024;
const DEADLINE_MS = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'longshore-dry-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let output: string;
beforeAll(async () => {
  const command = [...wranglerCommand(), 'deploy', '--dry-run', '--outdir', folder];
  const deployed = await runCommand([...command, '--cwd', repositoryRoot], {
    deadline_ms: DEADLINE_MS,
    env: wranglerEnvironment(),
  });
  output = deployed.output;
  expect(deployed.code, output).toBe(0);
}, DEADLINE_MS);

test('wrangler takes the Worker with its Durable Object and its assets, without a warning', () => {
  expect(output).toContain('env.HUB (Hub)');
  expect(output).toMatch(/Read \d+ files? from the assets directory/);
  expect(output).not.toMatch(/warning/i);
});

test('the Worker is small enough for every plan', () => {
  const size = sizeOf(join(folder, 'worker.js'));
  console.log(`Worker: ${describeSize(size)}`);
  expect(size.gzip_bytes).toBeLessThan(MAX_GZIP_BYTES);
});
