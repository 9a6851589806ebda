import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import type { Host } from '../../contract/host.ts';
import type { Instance } from '../../contract/instance.ts';
import { DEMO_IMAGE } from '../../demo/image.ts';
import { startAgentProcess } from '../support/agent-process.ts';
import { newOrg } from '../support/client.ts';
import { docker, dockerTest } from '../support/docker.ts';
import { until } from '../support/until.ts';

dockerTest(
  'what a host’s owner forbids is said in the API, and runs once he allows it',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'longshore-policy-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, 'images: [acme/*]\n');
    chmodSync(file, 0o644);
    const client = await newOrg();
    const agent = await startAgentProcess(client, { args: ['--policy', file] });

    const yaml = `backend_name: stand-in
default_run_command: serve {{model_path}} --host {{worker_ip}} --port {{port}}
version_configs:
  v1: { image_name: ${DEMO_IMAGE}, custom_framework: cpu }
`;
    await client.call('POST', '/api/v1/backends', undefined, { yaml });
    const model = { source: 'local_path', path: '/etc/hostname' };
    const wanted = {
      name: 'model',
      backend_name: 'stand-in',
      model,
      health: { interval_seconds: 1 },
    };
    expect((await client.call('POST', '/api/v1/deployments', wanted)).status).toBe(201);
    const instance = () =>
      client
        .call<{ items: Instance[] }>('GET', '/api/v1/deployments/model/instances')
        .then(({ body }) => body.items[0]);
    const refused = async (rule: string) =>
      until(`it is refused by ${rule}`, async () => {
        const found = await instance();
        return found?.reason === 'policy_refused' && found.message.includes(`(${rule} in ${file})`);
      });
    await refused('images');
    expect((await instance())?.state).toBe('failed');

    writeFileSync(file, 'images: [longshore/*]\nmounts: [/srv]\n');
    await refused('mounts');
    writeFileSync(file, 'imagse: [longshore/*]\n');
    await until('the host says that its policy is broken', async () => {
      const { body } = await client.call<Host>('GET', `/api/v1/hosts/${agent.hostId}`);
      const broken = body.inventory?.conditions.find(({ code }) => code === 'policy_broken');
      return broken?.message.includes(`${file} cannot be used: Unrecognized key: "imagse"`);
    });
    expect(await docker().containersOf(agent.hostId)).toEqual([]);

    writeFileSync(file, 'images: [longshore/*]\nmounts: [/etc/hostname]\n');
    await until('it is available', async () => {
      const { body } = await client.call<Deployment>('GET', '/api/v1/deployments/model');
      return body.status.phase === 'available';
    });
    const { body } = await client.call<Host>('GET', `/api/v1/hosts/${agent.hostId}`);
    expect(body.inventory?.conditions.some(({ code }) => code === 'policy_broken')).toBe(false);
  },
);
