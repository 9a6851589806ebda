import { randomBytes } from 'node:crypto';
import type {
  EnrollReply,
  ObservedInstance,
  SyncReply,
  SyncRequest,
} from '../../contract/agent-protocol.ts';
import type { Gpu, Inventory } from '../../contract/host.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import type { Client, Reply } from './client.ts';

/** A host without a machine: it speaks the protocol, and runs nothing. */
export interface FakeAgent {
  hostId: string;
  secret: string;
  /** The next message; `change` overrides what it says. */
  message(change?: Partial<SyncRequest>): SyncRequest;
  send(message: SyncRequest): Promise<Reply<SyncReply>>;
  /** Sends the next message, and holds what the reply brings. */
  sync(change?: Partial<SyncRequest>): Promise<Reply<SyncReply>>;
  /** Reports these instances with its next message. */
  report(instances: ObservedInstance[], complete?: boolean): Promise<Reply<SyncReply>>;
  launches: LaunchSpec[];
}

export async function newEnrolmentToken(
  client: Client,
  uses = 1,
): Promise<{ id: string; token: string }> {
  const input = { uses };
  const path = '/api/v1/enrollment-tokens';
  return (await client.call<{ id: string; token: string }>('POST', path, input)).body;
}

export async function enrolmentToken(client: Client, uses = 1): Promise<string> {
  return (await newEnrolmentToken(client, uses)).token;
}

export function newSecret(): string {
  return `lsh_${randomBytes(32).toString('base64url')}`;
}

export function inventoryWith(change: Partial<Inventory> = {}): Inventory {
  return {
    hostname: 'fake',
    os: 'none',
    architecture: 'amd64',
    cpus: 4,
    memory_bytes: 64 * 1024 ** 3,
    address: '127.0.0.1',
    port_range: { first: 30_000, last: 30_009 },
    gpus: [],
    docker: { version: '0' },
    model_sources: ['none', 'local_path'],
    conditions: [],
    ...change,
  };
}

export function cudaGpu(index: number): Gpu {
  return { framework: 'cuda', index, uuid: `GPU-${index}`, name: 'Fake', memory_bytes: 80e9 };
}

export function observed(
  launch: Pick<LaunchSpec, 'instance_id' | 'generation'>,
  state: ObservedInstance['state'],
  change: Partial<ObservedInstance> = {},
): ObservedInstance {
  return {
    instance_id: launch.instance_id,
    generation: launch.generation,
    state,
    reason: null,
    message: `It is ${state}.`,
    restarts: 0,
    exit: null,
    container_id: 'fake-container',
    started_age_ms: 10,
    ready_age_ms: state === 'running' ? 5 : null,
    ...change,
  };
}

/** Enrols a host in the client's organisation, by a token of its own if none is given, and sends its first word. */
export async function newFakeAgent(
  client: Client,
  inventory: Inventory = inventoryWith(),
  givenToken?: string,
  name = 'fake',
): Promise<FakeAgent> {
  const token = givenToken ?? (await enrolmentToken(client));
  const secret = newSecret();
  const install = { install_id: randomBytes(12).toString('hex'), secret, name };
  const enrolled = await client.call<EnrollReply>('POST', '/api/agent/v1/enroll', install, {
    token,
  });
  const state: SyncRequest = {
    protocol: 1,
    agent_version: 'fake',
    epoch: 1,
    process_id: randomBytes(8).toString('hex'),
    seq: 0,
    era: null,
    desired_revision: 0,
    has_link: false,
    observed_hash: 'none',
    observed: null,
  };
  const agent: FakeAgent = {
    hostId: enrolled.body.host_id,
    secret,
    launches: [],
    message(change = {}) {
      state.seq += 1;
      return { ...state, ...change };
    },
    send: (message) => client.call('POST', '/api/agent/v1/sync', message, { token: secret }),
    async sync(change) {
      const reply = await agent.send(agent.message(change));
      if (reply.status === 200) {
        state.era = reply.body.era;
        if (reply.body.desired) {
          state.desired_revision = reply.body.desired.revision;
          agent.launches = reply.body.desired.launches;
        }
      }
      return reply;
    },
    report(instances, complete = true) {
      state.observed_hash = randomBytes(8).toString('hex');
      return agent.sync({ observed: { complete, inventory, instances } });
    },
  };
  await agent.report([]);
  return agent;
}
