import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import {
  Doorbell,
  EnrollReply,
  linkPing,
  linkPong,
  type ObservedInstance,
  SyncReply,
  type SyncRequest,
} from '../../contract/agent-protocol.ts';
import { cudaGpu, inventoryWith, newSecret } from '../../test/support/fake-agent.ts';
import type { Api, Cost } from './api.ts';

/** An agent without a machine: it keeps a link and syncs, and runs nothing. */
export interface SimulatedHost {
  id: string;
  /** Opens the link, which pings as an agent's does. */
  open(): Promise<void>;
  close(): void;
  sync(observed?: { instances: ObservedInstance[] }): Promise<{ reply: SyncReply; cost: Cost }>;
  /** Resolves when the link tells of a newer desired set than the host holds. */
  bell(signal: AbortSignal): Promise<void>;
}

const pingEveryMs = 8000;

const inventory = inventoryWith({
  cpus: 64,
  memory_bytes: 512 * 1024 ** 3,
  port_range: { first: 30_000, last: 30_099 },
  gpus: Array.from({ length: 8 }, (_, index) => cudaGpu(index)),
});

export async function enrol(api: Api, token: string, name: string): Promise<SimulatedHost> {
  const secret = newSecret();
  const install = { install_id: randomBytes(12).toString('hex'), secret, name };
  const enrolled = await api.call('POST', '/api/agent/v1/enroll', token, install);
  const said: SyncRequest = {
    protocol: 1,
    agent_version: 'simulated',
    epoch: 1,
    process_id: randomBytes(8).toString('hex'),
    seq: 0,
    era: null,
    desired_revision: 0,
    has_link: true,
    observed_hash: 'none',
    observed: null,
  };
  let socket: WebSocket | null = null;
  let pings: NodeJS.Timeout | undefined;
  let onRevision = (_revision: number) => {};

  return {
    id: EnrollReply.parse(enrolled.body).host_id,
    async open() {
      const headers = { authorization: `Bearer ${secret}` };
      socket = new WebSocket(`${api.url.replace(/^http/, 'ws')}/api/agent/v1/link`, {
        headers,
        perMessageDeflate: false,
        handshakeTimeout: 30_000,
      });
      const link = socket;
      // One that is closed while it opens says so here; a link that falls is noticed by a bell that stays away.
      link.on('error', () => {});
      link.on('message', (data) => {
        if (String(data) !== linkPong)
          onRevision(Doorbell.parse(JSON.parse(String(data))).revision);
      });
      await once(link, 'open', { signal: api.signal });
      link.send(linkPing);
      pings = setInterval(() => link.send(linkPing), pingEveryMs);
    },
    close() {
      clearInterval(pings);
      socket?.terminate();
    },
    async sync(observed) {
      said.seq += 1;
      if (observed) said.observed_hash = randomBytes(8).toString('hex');
      const { body, cost } = await api.call('POST', '/api/agent/v1/sync', secret, {
        ...said,
        observed: observed ? { complete: true, inventory, ...observed } : null,
      });
      const reply = SyncReply.parse(body);
      said.era = reply.era;
      if (reply.desired) said.desired_revision = reply.desired.revision;
      return { reply, cost };
    },
    bell: (signal) =>
      new Promise((resolve, reject) => {
        onRevision = (revision) => {
          if (revision <= said.desired_revision) return;
          onRevision = () => {};
          resolve();
        };
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  };
}
