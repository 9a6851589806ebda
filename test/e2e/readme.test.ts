import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import { startAgentProcess } from '../support/agent-process.ts';
import { clientOf } from '../support/client.ts';
import { docker, dockerTest } from '../support/docker.ts';
import { readyClone } from '../support/ready-clone.ts';
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
  const folder = readyClone();
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
  expect(await shell(watch)).toContain('"type":"ready"');
  await shell(remove);
  await until('it is gone', async () => {
    return (await client.call('GET', '/api/v1/deployments/hello')).status === 404;
  });
  expect(await docker().containersOf(agent.hostId)).toEqual([]);
  await client.call('DELETE', '/api/v1/backends/stand-in');
});
