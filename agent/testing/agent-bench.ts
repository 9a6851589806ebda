import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import { type Agent, startAgent } from '../agent.ts';
import { systemClock } from '../clock.ts';
import { type EnrolledIdentity, enroll } from '../control-plane/enroll.ts';
import { createHttpClient } from '../control-plane/http-client.ts';
import { type Journal, openJournal } from '../journal.ts';
import { FakeControlPlane } from './fake-control-plane.ts';
import { testSpec } from './launch-spec.ts';
import { MemoryEngine } from './memory-engine.ts';
import { recordedLog } from './recorded-log.ts';

export type AgentBench = Awaited<ReturnType<typeof newAgentBench>>;

/** Whole agents in this process, on engines in memory and a fake control plane. */
export async function newAgentBench() {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-agent-'));
  const control = new FakeControlPlane();
  await control.start();
  const agents: Agent[] = [];

  /** A machine: a state folder and an engine that outlive its agents. */
  async function machine(name = 'box') {
    const state = join(folder, name);
    const journal = await openJournal(state);
    const client = createHttpClient({ url: control.url, user_agent: 'test' });
    const identity = await enroll(
      { url: control.url, token: control.token, name, labels: {} },
      {
        journal,
        client,
        clock: systemClock,
        random: () => 0,
        log: recordedLog(),
        signal: new AbortController().signal,
      },
    );
    client.close();
    const engine = new MemoryEngine(systemClock);
    const healthy = { ready: true, summary: 'HTTP 200', excerpt: null };
    return { name, state, identity, host_id: identity.host_id, engine, healthy };
  }
  type Machine = Awaited<ReturnType<typeof machine>>;

  async function boot(
    on: Machine,
    options: { link?: boolean; url?: string; journal?: Journal } = {},
  ) {
    const log = recordedLog();
    const identity: EnrolledIdentity = { ...on.identity, url: options.url ?? on.identity.url };
    const agent = await startAgent({
      identity,
      journal: options.journal ?? (await openJournal(on.state)),
      engine: on.engine,
      scanGpus: async () => ({ gpus: [], drivers: [], conditions: [] }),
      probe: async () => on.healthy,
      models: {
        folder: join(on.state, 'models'),
        limit_bytes: null,
        hub_url: 'http://127.0.0.1:1',
      },
      image_marks: { high_percent: 85, low_percent: 75 },
      address: '127.0.0.1',
      port_range: { first: 20000, last: 20999 },
      link: options.link ?? true,
      agent_version: 'test',
      clock: systemClock,
      random: () => 0,
      log,
    });
    agents.push(agent);
    return { agent, log };
  }

  /** The control plane has everything, and the link is up. */
  function inSync({ host_id }: Machine) {
    return control.waitFor(() => {
      const host = control.host(host_id);
      return host.complete && host.held_revision === host.desired.revision && control.linkCount > 0;
    });
  }

  function runs({ host_id }: Machine, instanceId = 'ins_1') {
    return control.waitFor(() => control.instance(host_id, instanceId)?.state === 'running');
  }

  async function running(on: Machine, changes: Partial<LaunchSpec> = {}) {
    const booted = await boot(on);
    await inSync(on);
    control.desire(on.host_id, [testSpec(changes)]);
    await runs(on);
    return booted;
  }

  return {
    control,
    agents,
    machine,
    boot,
    inSync,
    runs,
    running,
    async stop() {
      await Promise.all(agents.map((agent) => agent.stop()));
      await control.stop();
      await rm(folder, { recursive: true });
    },
  };
}
