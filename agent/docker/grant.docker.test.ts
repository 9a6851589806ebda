import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { thisMachine } from '../inventory/machine.ts';
import { realEngine, standInImage } from '../testing/docker.ts';
import { testLaunch } from '../testing/launch-spec.ts';
import { createBody } from './create-body.ts';
import { grantGpus } from './grant.ts';

const engine = await realEngine();
const run = promisify(execFile);
const videoGroup = 4711;

/** What the process in the container sees: the nodes of the folder, whether it can use them, and what it may do. */
const look = (folder: string) => `
const fs = require('node:fs');
const status = fs.readFileSync('/proc/self/status', 'utf8');
const nodes = fs.readdirSync(${JSON.stringify(folder)}).filter((name) => {
  fs.writeFileSync(${JSON.stringify(folder)} + '/' + name, 'x');
  return fs.statSync(${JSON.stringify(folder)} + '/' + name).isCharacterDevice();
});
console.log(JSON.stringify({
  nodes,
  groups: process.getgroups(),
  capabilities: /CapEff:\\t(\\w+)/.exec(status)[1],
  no_new_privileges: /NoNewPrivs:\\t(\\d)/.exec(status)[1],
}));`;

describe.skipIf(!engine || process.getuid?.() !== 0)('a grant of device nodes', () => {
  if (!engine) return;
  let folder: string;
  let container = '';

  /** Four nodes that stand for render nodes: what they are is /dev/null, and whose they are is a group of their own. */
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longshore-grant-'));
    for (const number of [128, 129, 130, 131]) {
      const path = join(folder, `renderD${number}`);
      await run('mknod', ['-m', '660', path, 'c', '1', '3']);
      await chown(path, 0, videoGroup);
    }
  });
  afterEach(async () => {
    if (container) await engine.remove(container);
    container = '';
    await rm(folder, { recursive: true });
  });

  test('gives a container those nodes and their group, and nothing else', async () => {
    const gpus = await Promise.all(
      [0, 1, 2, 3].map(async (index) => {
        const node = await thisMachine.node(join(folder, `renderD${128 + index}`));
        if (!node) throw new Error('no node');
        const gpu = { framework: 'rocm', index, uuid: `GPU-${index}`, name: 'x', memory_bytes: 0 };
        return { gpu, nodes: [node], mounts: [] };
      }),
    );
    const wanted = { framework: 'rocm', uuids: ['GPU-1', 'GPU-3'], indexes: [1, 3] };
    const granted = grantGpus(wanted, gpus, { ...(await engine.info()), nvidia_hook: false });
    if (!granted.ok) throw new Error(granted.message);
    const launch = testLaunch({
      instance_id: `grant-${randomUUID()}`,
      image: standInImage,
      entrypoint: ['node'],
      args: ['-e', look(folder)],
      gpu: wanted,
    });
    const made = createBody({
      launch,
      host_id: 'test',
      desired: { era: 'era', revision: 1 },
      secrets: new Map(),
      grant: granted.grant,
      model_folder: null,
    });
    if (!made.ok) throw new Error(made.message);
    container = await engine.create(launch.name, made.body);
    await engine.start(container);
    expect(JSON.parse(await lastLine(container))).toEqual({
      nodes: ['renderD129', 'renderD131'],
      groups: expect.arrayContaining([videoGroup]),
      // Docker's own default: none was added.
      capabilities: '00000000a80425fb',
      no_new_privileges: '1',
    });

    const { stdout } = await run('docker', ['inspect', container]);
    const [{ HostConfig }] = JSON.parse(stdout);
    expect(HostConfig).toMatchObject({
      Privileged: false,
      GroupAdd: [String(videoGroup)],
      CapAdd: null,
      Devices: [129, 131].map((number) => ({
        PathOnHost: join(folder, `renderD${number}`),
        PathInContainer: join(folder, `renderD${number}`),
        CgroupPermissions: 'rw',
      })),
    });
    expect(HostConfig.SecurityOpt).toEqual(['no-new-privileges']);
  });

  async function lastLine(id: string): Promise<string> {
    for (let tries = 0; tries < 600; tries++) {
      const status = (await engine?.inspect(id))?.State.Status;
      if (status === 'exited') return (await engine?.logTail(id, 20))?.join('\n') ?? '';
      await delay(50);
    }
    throw new Error('the container did not end');
  }
});
