import type * as z from 'zod';
import { type Org, type OrgChange, type OrgInput, usualLimits } from '../org.ts';
import type { Registry, RegistryInput } from '../registry.ts';
import type { Secret, SecretInput } from '../secret.ts';
import type { WatchMessage } from '../watch.ts';

const created_at = '2026-01-30T09:00:00.000Z';

const org: Org = {
  id: 'org_01a0f0c2d4b7743f9d3a3f6e2c51b0b0',
  name: 'research',
  replacement_held_at: null,
  limits: { ...usualLimits, hosts: 20 },
  deleting_at: null,
  created_at,
};

const orgInput: OrgInput = { name: 'research', limits: { hosts: 20 } };

const orgChange: OrgChange = { name: 'vision' };

const secret: Secret = {
  name: 'HF_TOKEN',
  revision: 1,
  used_by_deployments: ['chat'],
  used_by_registries: [],
  created_at,
  updated_at: created_at,
};

const watchMessage: WatchMessage = {
  changed: [{ kind: 'deployment', id: 'dep_01a0f0c2d4b7743f9d3a3f6e2c51b0b1' }, { kind: 'secret' }],
};

const secretInput: z.infer<typeof SecretInput> = { value: 'EXAMPLE-not-a-secret' };

const registryInput: RegistryInput = { username: 'robot', password: '{{secrets.GHCR_PASSWORD}}' };

const registry: Registry = {
  server: 'ghcr.io',
  ...registryInput,
  created_at,
  updated_at: created_at,
};

export const organisationExamples = {
  Org: org,
  OrgInput: orgInput,
  OrgChange: orgChange,
  Secret: secret,
  SecretInput: secretInput,
  Registry: registry,
  RegistryInput: registryInput,
  WatchMessage: watchMessage,
};
