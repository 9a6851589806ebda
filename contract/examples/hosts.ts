import type * as z from 'zod';
import type {
  EnrollReply,
  EnrollRequest,
  ObservedInstance,
  SyncReply,
  SyncRequest,
} from '../agent-protocol.ts';
import type {
  EnrollmentToken,
  EnrollmentTokenInput,
  NewEnrollmentToken,
} from '../enrollment-token.ts';
import type { Host, HostChange, HostDetail, Inventory } from '../host.ts';
import { deploymentExamples } from './deployments.ts';

const { Instance: instance, LaunchSpec: launchSpec } = deploymentExamples;
const hostId = 'host_01a0f0c2d4b7743f9d3a3f6e2c51b0ad';
const created_at = '2026-01-30T09:00:00.000Z';

const inventory: Inventory = {
  hostname: 'gpu-1',
  os: 'Debian GNU/Linux 12 (bookworm)',
  architecture: 'amd64',
  cpus: 32,
  memory_bytes: 270_582_939_648,
  address: '10.0.0.7',
  port_range: { first: 40_000, last: 40_999 },
  gpus: [
    {
      framework: 'cuda',
      index: 0,
      uuid: 'GPU-5a1c7f2e-0000-0000-0000-000000000000',
      name: 'NVIDIA H100 80GB HBM3',
      memory_bytes: 85_520_809_984,
    },
  ],
  drivers: [{ framework: 'cuda', driver_version: '570.86.15', runtime_version: '12.8' }],
  disks: [{ role: 'docker', path: '/var/lib/docker', total_bytes: 1_888_000_000_000 }],
  docker: { version: '28.0.1', nvidia_toolkit: true },
  model_sources: ['none', 'local_path', 'huggingface'],
  images: ['docker.io/vllm/vllm-openai:v0.11.0'],
  conditions: [],
};

const host: Host = {
  id: hostId,
  name: 'gpu-1',
  labels: { zone: 'a' },
  status: 'online',
  schedulable: true,
  draining: false,
  agent_version: '0.1.0',
  agent_update: null,
  inventory,
  conditions: [],
  revoked_at: null,
  rotation_asked_at: null,
  secret_changed_at: null,
  identity_conflict: null,
  desired_revision: 4,
  held_revision: 4,
  claimed: { instances: 1, gpus: 1, shared_gpus: 0, memory_bytes: 0 },
  created_at,
  status_changed_at: created_at,
  last_seen_at: null,
};

const held = { instance_id: instance.id, generation: 1 };
const claim = { ...held, amount_bytes: null };
const hostDetail: HostDetail = {
  ...host,
  claims: [
    { resource: 'gpu:GPU-5a1c7f2e-0000-0000-0000-000000000000', ...claim },
    { resource: 'port:40000', ...claim },
  ],
  launches: [
    {
      ...held,
      deployment: 'chat',
      state: 'running',
      removed: false,
      created_at: '2026-01-31T12:00:00.000Z',
    },
  ],
  reserved_for: null,
};

const hostChange: HostChange = { name: 'gpu-1', labels: { zone: 'b' } };

const tokenInput: z.input<typeof EnrollmentTokenInput> = {
  uses: 10,
  expires_in_seconds: 86_400,
  labels: { zone: 'a' },
};

const token: z.infer<typeof EnrollmentToken> = {
  id: 'ent_01a0f0c2d4b7743f9d3a3f6e2c51b0af',
  uses: 10,
  uses_left: 9,
  labels: { zone: 'a' },
  expires_at: '2026-02-01T12:00:00.000Z',
  created_by: 'admin',
  created_at,
};

const newToken: z.infer<typeof NewEnrollmentToken> = {
  ...token,
  uses_left: 10,
  token: 'lse_EXAMPLE-not-a-token',
};

const enrollRequest: z.input<typeof EnrollRequest> = {
  install_id: 'k3v9Qm2xT7pLb8Zc',
  secret: `lsh_${'EXAMPLE'.repeat(6)}A`,
  name: 'gpu-1',
  labels: {},
};

const enrollReply: EnrollReply = { protocol: 1, host_id: hostId, name: 'gpu-1' };

const observed: ObservedInstance = {
  instance_id: instance.id,
  generation: 1,
  state: 'running',
  reason: null,
  message: 'It is ready.',
  restarts: 0,
  exit: null,
  container_id: '4f1d2c3b5a69',
  started_age_ms: 128_000,
  ready_age_ms: 10,
};

const syncRequest: SyncRequest = {
  protocol: 1,
  agent_version: '0.1.0',
  epoch: 7,
  process_id: 'p4Zk9x2Lq0Vt',
  seq: 12,
  era: 'era_01a0f0c2d4b7743f',
  desired_revision: 4,
  has_link: true,
  observed_hash: '7d793037a0760186574b0282f2f435e7',
  observed: { complete: true, inventory, instances: [observed] },
};

const syncReply: SyncReply = {
  protocol: 1,
  era: 'era_01a0f0c2d4b7743f',
  desired: { revision: 5, launches: [launchSpec], secrets: {}, registries: [] },
  send_all: false,
  next_sync_ms: 3_600_000,
};

export const hostExamples = {
  Host: host,
  HostDetail: hostDetail,
  HostChange: hostChange,
  Inventory: inventory,
  ObservedInstance: observed,
  EnrollmentToken: token,
  NewEnrollmentToken: newToken,
  OwnHost: enrollReply,
  RotateRequest: { next_secret: enrollRequest.secret },
  ConflictNotice: { epoch: 7, process_id: 'q8Zr3kVb1mXw' },
  EnrollmentTokenInput: tokenInput,
  EnrollRequest: enrollRequest,
  EnrollReply: enrollReply,
  SyncRequest: syncRequest,
  SyncReply: syncReply,
};
