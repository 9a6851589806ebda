import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openJournal } from './journal.ts';
import { type AgentBench, newAgentBench } from './testing/agent-bench.ts';
import { eventually } from './testing/manual-clock.ts';

const first = 'longshore-ins_1-1';

let bench: AgentBench;
let control: AgentBench['control'];
beforeEach(async () => {
  bench = await newAgentBench();
  ({ control } = bench);
});
afterEach(() => bench.stop());

const machine: AgentBench['machine'] = (...on) => bench.machine(...on);
const boot: AgentBench['boot'] = (...on) => bench.boot(...on);
const running: AgentBench['running'] = (...on) => bench.running(...on);

describe('the standing of a host', () => {
  test('asked for a new secret it makes one, and its link comes back with that', async () => {
    const box = await machine();
    const { agent } = await running(box);
    const host = control.host(box.host_id);
    host.rotate = true;
    control.ring(box.host_id);
    await control.waitFor(() => host.secret !== box.identity.secret);
    const before = control.syncs.length;
    await control.waitFor(() => control.syncs.length > before && control.linkCount === 1);
    expect(await (await openJournal(box.state)).readIdentity()).toEqual({
      ...box.identity,
      secret: host.secret,
    });
    expect(agent.conflict).toBe(false);
    expect(box.engine.calls).toEqual([`create ${first}`, `start ${first}`]);
  });

  test('killed with an offer of which it is not known whether it was taken, the next one settles it first', async () => {
    const box = await machine();
    const { agent } = await running(box);
    await agent.stop();
    const journal = await openJournal(box.state);
    const next_secret = `lsh_${'n'.repeat(43)}`;
    const identity = { ...box.identity, next_secret };
    await journal.writeIdentity(identity);
    const host = control.host(box.host_id);
    Object.assign(host, { secret: next_secret, retired_secret: box.identity.secret });
    const before = control.syncs.length;
    await boot({ ...box, identity });
    await control.waitFor(() => control.syncs.length > before);
    // No message was refused for its secret: the first one after the offer got through.
    expect(host.epoch).toBe(2);
    expect((await journal.readIdentity())?.secret).toBe(next_secret);
  });

  test('revoked it keeps its containers, says so once and asks on; taken back, it goes on', async () => {
    const box = await machine();
    const { log } = await running(box);
    control.refuse = 'host_revoked';
    control.dropLinks();
    await eventually(() => log.events.includes('refused'));
    const answered = control.syncs.length;
    await control.waitFor(() => control.syncs.length > answered + 1);
    expect(log.events.filter((event) => event === 'refused')).toHaveLength(1);
    expect(box.engine.byName(first)?.status).toBe('running');
    control.refuse = null;
    control.desire(box.host_id, []);
    await control.waitFor(() => control.host(box.host_id).instances.length === 0);
    expect(box.engine.containers.size).toBe(0);
  });

  test('removed it stops its containers, and starts none of them again', async () => {
    const box = await machine();
    const { agent } = await running(box);
    control.refuse = 'host_removed';
    control.dropLinks();
    await eventually(() => box.engine.containers.size === 0);
    await agent.stop();
    const { calls } = box.engine;
    const before = calls.length;
    await boot(box);
    const answered = control.syncs.length;
    await control.waitFor(() => control.syncs.length > answered);
    expect(calls.slice(before).filter((call) => call.startsWith('create'))).toEqual([]);
    expect((await (await openJournal(box.state)).readDesired())?.launches).toEqual([]);
  });

  test('a stranger to its control plane leaves its containers alone', async () => {
    const box = await machine();
    await running(box);
    control.refuse = 'unauthorized';
    control.dropLinks();
    const answered = control.syncs.length;
    await control.waitFor(() => control.syncs.length > answered + 1);
    expect(box.engine.byName(first)?.status).toBe('running');
  });

  test('replaced by a copy it tells that it is still there', async () => {
    const box = await machine();
    const old = await running(box);
    await boot(box);
    await control.waitFor(() => control.host(box.host_id).epoch === 2);
    control.ring(box.host_id);
    const notice = await control.waitFor(() => control.conflicts[0]);
    expect(notice.epoch).toBe(1);
    expect(notice.process_id).not.toBe(control.host(box.host_id).process_id);
    expect(old.agent.conflict).toBe(true);
  });
});
