/** Writes the Worker's assets, with an agent that is made for them. wrangler runs it before it deploys. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAgent } from '../../agent/build.ts';
import { inRepository } from '../paths.ts';
import { buildAssets } from './assets.ts';
import { buildDashboard } from './dashboard.ts';

const folder = mkdtempSync(join(tmpdir(), 'longshore-agent-'));
try {
  const agent = join(folder, 'longshore-agent.mjs');
  await buildAgent(agent);
  await buildDashboard();
  await buildAssets(inRepository('dist/assets'), agent);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
