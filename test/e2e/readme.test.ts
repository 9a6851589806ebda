import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, onTestFinished } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import { startAgentProcess } from '../support/agent-process.ts';
import { clientOf } from '../support/client.ts';
import { docker, dockerTest } from '../support/docker.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

/** The commands under a heading of the README, by the numbers of their comments; 0: what comes before the first. */
function stepsUnder(heading: string): string[] {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const block = text.split(`## ${heading}`)[1]?.split('```sh\n')[1]?.split('```')[0] ?? '';
  return block.split(/^# \d+\. .*$/m);
}

dockerTest('the first deployment by hand goes as the README says', async () => {
  const [setUp = '', importBackend = '', deploy = '', watch = '', remove = ''] = stepsUnder(
    'A first deployment by hand',
  );
  // A folder as a clone is, in which `npm start` has just said that it is ready.
  const folder = mkdtempSync(join(tmpdir(), 'longshore-readme-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(root, 'demo'), join(folder, 'demo'));
  mkdirSync(join(folder, '.longshore'));
  const { url, adminToken } = inject('stack');
  const local = { url, admin_token: adminToken };
  writeFileSync(join(folder, '.longshore/local.json'), JSON.stringify(local));
  const shell = async (step: string) => {
    const script = setUp + step.replaceAll(/\bcurl /g, 'curl -fsS ');
    return (await run('sh', ['-ec', script], { cwd: folder })).stdout;
  };

  const client = clientOf('org_default');
  const agent = await startAgentProcess(client);
  await shell(importBackend);
  await shell(deploy);
  await until('it is available', async () => {
    const { body } = await client.call<Deployment>('GET', '/api/v1/deployments/hello');
    return body.status.phase === 'available';
  });
  expect(await shell(watch)).toContain('"type":"running"');
  await shell(remove);
  await until('it is gone', async () => {
    return (await client.call('GET', '/api/v1/deployments/hello')).status === 404;
  });
  expect(await docker().containersOf(agent.hostId)).toEqual([]);
  await client.call('DELETE', '/api/v1/backends/stand-in');
});
