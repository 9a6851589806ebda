import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import { startAgentProcess } from '../support/agent-process.ts';
import { clientOf } from '../support/client.ts';
import { standInYaml } from '../support/definitions.ts';
import { docker, dockerTest } from '../support/docker.ts';
import { readyClone } from '../support/ready-clone.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

/** The commands under a heading of a page, by the numbers of their comments; 0: what comes before the first. */
function stepsUnder(page: string, heading: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const block = text.split(`## ${heading}`)[1]?.split('```sh\n')[1]?.split('```')[0] ?? '';
  return block.split(/^# \d+\. .*$/m);
}

dockerTest('the first deployment by hand goes as the README says', async () => {
  const [setUp = '', importBackend = '', deploy = '', watch = '', remove = ''] = stepsUnder(
    'README.md',
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
  // The next test acts in the same organisation, and must not be given a host that is gone.
  expect((await client.call('DELETE', `/api/v1/hosts/${agent.hostId}`)).status).toBe(204);
  await client.call('DELETE', '/api/v1/backends/stand-in');
});

dockerTest(
  'a deployment is changed, rolled back, stopped and started as docs/deployments.md says',
  async () => {
    const [setUp = '', deploy = '', change = '', history = '', stopAndStart = '', remove = ''] =
      stepsUnder('docs/deployments.md', 'A walk');
    const folder = readyClone();
    const shell = async (step: string) =>
      (await run('sh', ['-ec', setUp + step], { cwd: folder })).stdout;
    const client = clientOf('org_default');
    await startAgentProcess(client);
    await client.call('POST', '/api/v1/backends', undefined, { yaml: standInYaml() });
    const complete = (revision: number) =>
      until(`revision ${revision} is up`, async () => {
        const { body } = await client.call<Deployment>('GET', '/api/v1/deployments/walk');
        const { ready_replicas, rollout } = body.status;
        return body.revision === revision && ready_replicas === 2 && rollout.state === 'complete';
      });
    await shell(deploy);
    await complete(1);
    await shell(change);
    await complete(2);
    expect(await shell(history)).toContain('"after":{"GREETING":"hello"}');
    await complete(3);
    await shell(stopAndStart);
    await complete(3);
    await shell(remove);
    await until('it is gone', async () => {
      return (await client.call('GET', '/api/v1/deployments/walk')).status === 404;
    });
    await client.call('DELETE', '/api/v1/backends/stand-in');
  },
);
