import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { secretMark } from '../contract/secret-mark.ts';
import { label } from './docker/labels.ts';
import { type Journal, openJournal } from './journal.ts';
import { type AgentBench, newAgentBench } from './testing/agent-bench.ts';
import { testSpec } from './testing/launch-spec.ts';
import { eventually } from './testing/manual-clock.ts';

const first = 'longshore-ins_1-1';

let bench: AgentBench;
let control: AgentBench['control'];
let agents: AgentBench['agents'];
beforeEach(async () => {
  bench = await newAgentBench();
  ({ control, agents } = bench);
});
afterEach(() => bench.stop());

const machine: AgentBench['machine'] = (...on) => bench.machine(...on);
const boot: AgentBench['boot'] = (...on) => bench.boot(...on);
const inSync: AgentBench['inSync'] = (...on) => bench.inSync(...on);
const runs: AgentBench['runs'] = (...on) => bench.runs(...on);
const running: AgentBench['running'] = (...on) => bench.running(...on);

function fullDisk(journal: Journal): Journal {
  const write = async () => {
    throw new Error('ENOSPC: no space left on device');
  };
  return { ...journal, writeEpoch: write, writeDesired: write };
}

describe('a host', () => {
  test('reports itself, runs what is wanted and removes what is not', async () => {
    const box = await machine();
    await running(box);
    expect(control.host(box.host_id).inventory).toMatchObject({
      address: '127.0.0.1',
      docker: { version: '28.0.0' },
      model_sources: ['none', 'local_path', 'huggingface'],
    });
    control.desire(box.host_id, []);
    await control.waitFor(() => control.host(box.host_id).instances.length === 0);
    expect(box.engine.containers.size).toBe(0);
  });

  test('ten of them in one process keep apart', async () => {
    const boxes = await Promise.all(Array.from({ length: 10 }, (_, at) => machine(`box-${at}`)));
    await Promise.all(boxes.map((box) => boot(box)));
    await Promise.all(boxes.map(inSync));
    for (const [at, { host_id }] of boxes.entries()) {
      control.desire(host_id, [testSpec({ instance_id: `ins_${at}`, port: 20100 + at })]);
    }
    await Promise.all(boxes.map((box, at) => runs(box, `ins_${at}`)));
    for (const [at, { engine }] of boxes.entries()) {
      expect([...engine.containers.values()].map(({ name }) => name)).toEqual([
        `longshore-ins_${at}-1`,
      ]);
    }
  });

  test('without a link polls', async () => {
    const box = await machine();
    await boot(box, { link: false });
    await control.waitFor(() => control.host(box.host_id).complete);
    expect(control.linkCount).toBe(0);
    expect(control.syncs.every(({ has_link }) => !has_link)).toBe(true);
  });
});

describe('syncs', () => {
  test('a doorbell brings one sync, which says nothing that is known', async () => {
    const box = await machine();
    await boot(box);
    await inSync(box);
    const answered = control.syncs.length;
    control.ring(box.host_id);
    await control.waitFor(() => control.syncs.length > answered);
    expect(control.syncs.slice(answered)).toMatchObject([{ observed: null, has_link: true }]);
  });

  test('a sync whose reply was lost is sent again as it was', async () => {
    const box = await machine();
    await boot(box);
    await inSync(box);
    const answered = control.syncs.length;
    control.inject('lose_reply');
    control.ring(box.host_id);
    await control.waitFor(() => control.syncs.length >= answered + 2);
    expect(control.syncs[answered + 1]).toEqual(control.syncs[answered]);
  });

  test("a minute of a proxy's pages changes nothing on the host", async () => {
    const box = await machine();
    await running(box);
    const before = { calls: [...box.engine.calls], syncs: control.syncs.length };
    control.inject(...Array.from({ length: 5 }, () => 'html_502' as const));
    control.ring(box.host_id);
    await control.waitFor(() => control.syncs.length >= before.syncs + 6);
    expect(box.engine.calls).toEqual(before.calls);
    expect(
      new Set(control.syncs.slice(before.syncs, before.syncs + 5).map(({ seq }) => seq)).size,
    ).toBe(1);
  });

  test('a set of an older revision is left out, unless the database is another one', async () => {
    const box = await machine();
    await running(box);
    const host = control.host(box.host_id);
    const emptied = { revision: 0, launches: [], secrets: {}, registries: [] };
    control.forceSet = emptied;
    const answered = control.syncs.length;
    control.ring(box.host_id);
    await control.waitFor(() => control.syncs.length > answered);
    control.forceSet = null;
    expect(box.engine.byName(first)?.status).toBe('running');

    host.desired = emptied;
    control.era = 'era-2';
    control.ring(box.host_id);
    await control.waitFor(() => host.instances.length === 0);
    expect(box.engine.containers.size).toBe(0);
  });
});

describe('epochs', () => {
  test('a process whose journal is older than the control plane takes the next epoch', async () => {
    const box = await machine();
    control.host(box.host_id).epoch = 41;
    const { agent } = await boot(box);
    await inSync(box);
    expect(control.host(box.host_id).epoch).toBe(42);
    expect(agent.conflict).toBe(false);
    expect(await (await openJournal(box.state)).readEpoch()).toBe(42);
  });

  test('one that was replaced touches nothing any more and does not end', async () => {
    const box = await machine();
    const old = await running(box);
    const { agent } = await boot(box);
    await control.waitFor(() => control.host(box.host_id).epoch === 2);
    control.ring(box.host_id);
    await eventually(() => old.agent.conflict);
    expect(old.log.events).toContain('identity_conflict');
    expect(agent.conflict).toBe(false);
    await old.agent.stopContainers();
    expect(box.engine.byName(first)?.status).toBe('running');
  });
});

describe('restart of the agent', () => {
  test('containers are adopted: the same ones, not started again, never told as anything but running', async () => {
    const box = await machine();
    const { agent } = await running(box);
    await agent.stop();
    const before = control.syncs.length;
    const { container_id } = control.instance(box.host_id, 'ins_1') ?? {};
    await boot(box);
    const told = await control.waitFor(() => {
      const instances = control.syncs
        .slice(before)
        .flatMap(({ observed }) => observed?.instances ?? []);
      return instances.length > 0 && instances;
    });
    expect(box.engine.calls).toEqual([`create ${first}`, `start ${first}`]);
    expect(told.every(({ state }) => state === 'running')).toBe(true);
    expect(control.instance(box.host_id, 'ins_1')?.container_id).toBe(container_id);
  });

  test('what is not wanted any more goes once the control plane said so', async () => {
    const box = await machine();
    const { agent } = await running(box);
    await agent.stop();
    control.desire(box.host_id, []);
    await boot(box);
    await control.waitFor(() => control.host(box.host_id).instances.length === 0);
    await eventually(() => box.engine.containers.size === 0);
  });

  test('without a control plane nothing stops, and what ended is started from the journal', async () => {
    const box = await machine();
    const { agent } = await running(box);
    await agent.stop();
    box.engine.exit(first, 1);
    box.engine.put('longshore-ins_2-1', {
      ...box.engine.byName(first)?.body.Labels,
      [label.instance]: 'ins_2',
    });
    await boot(box, { url: 'http://127.0.0.1:9' });
    await eventually(() => box.engine.byName(first)?.status === 'running');
    expect(box.engine.byName('longshore-ins_2-1')?.status).toBe('running');
  });

  test('a disk that takes nothing any more keeps no agent from its work, and is told', async () => {
    const box = await machine();
    const { agent } = await running(box);
    await agent.stop();
    await boot(box, { journal: fullDisk(await openJournal(box.state)) });
    await control.waitFor(() => control.host(box.host_id).epoch === 2);
    await control.waitFor(() =>
      control
        .host(box.host_id)
        .inventory?.conditions.some(({ code }) => code === 'journal_unwritable'),
    );
    await inSync(box);
    await agents[1]?.stop();
    // Its epoch was never written down: the next process takes it again, and goes one further.
    await boot(box, { journal: fullDisk(await openJournal(box.state)) });
    await control.waitFor(() => control.host(box.host_id).epoch === 3);
    await inSync(box);
    expect(box.engine.calls).toEqual([`create ${first}`, `start ${first}`]);
  });

  test('with a broken journal nothing is touched until the set comes', async () => {
    const box = await machine();
    const { agent } = await running(box);
    await agent.stop();
    await writeFile(join(box.state, 'desired.json'), '{"version":1,"era"');
    await boot(box);
    await control.waitFor(() => control.host(box.host_id).epoch === 2);
    await inSync(box);
    await runs(box);
    expect(box.engine.calls).toEqual([`create ${first}`, `start ${first}`]);
  });
});

describe('secrets', () => {
  const env = { KEY: `Bearer ${secretMark('key')}` };

  async function runningWithSecret() {
    const box = await machine();
    const { agent } = await boot(box);
    await inSync(box);
    control.desire(box.host_id, [testSpec({ env })], { key: 's3cr3t-value' });
    await runs(box);
    return { box, agent };
  }

  test('reach the process, and neither the disk, nor a label, nor a sync', async () => {
    const { box, agent } = await runningWithSecret();
    const body = box.engine.byName(first)?.body;
    expect(body).toHaveProperty('Env', ['KEY=Bearer s3cr3t-value']);
    expect(JSON.stringify(body?.Labels)).not.toContain('s3cr3t');
    box.engine.exit(first, 1, ['bad key s3cr3t-value']);
    const crashed = await control.waitFor(() => {
      const instance = control.instance(box.host_id, 'ins_1');
      return instance?.state === 'restarting' && instance;
    });
    expect(crashed.message).toContain('bad key ***');
    expect(JSON.stringify(control.syncs)).not.toContain('s3cr3t');
    // Its last word to the disk is said.
    await agent.stop();
    for (const file of await readdir(box.state)) {
      expect(await readFile(join(box.state, file), 'utf8')).not.toContain('s3cr3t');
    }
  });

  test('come again after a restart of the agent, so that the container can be made again', async () => {
    const { box, agent } = await runningWithSecret();
    await agent.stop();
    box.engine.removeByHand(first);
    await boot(box);
    await eventually(() => box.engine.byName(first)?.status === 'running');
    expect(box.engine.byName(first)?.body).toHaveProperty('Env', ['KEY=Bearer s3cr3t-value']);
  });
});
