import type * as z from 'zod';
import type { Org, OrgInput } from '../org.ts';
import type { Registry, RegistryInput } from '../registry.ts';
import type { Secret, SecretInput } from '../secret.ts';

const created_at = '2026-01-30T09:00:00.000Z';

const org: Org = {
  id: 'org_01a0f0c2d4b7743f9d3a3f6e2c51b0b0',
  name: 'research',
  replacement_held_at: null,
  created_at,
};

const orgInput: z.infer<typeof OrgInput> = { name: 'research' };

const secret: Secret = {
  name: 'HF_TOKEN',
  revision: 1,
  used_by_deployments: ['chat'],
  used_by_registries: [],
  created_at,
  updated_at: created_at,
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
  Secret: secret,
  SecretInput: secretInput,
  Registry: registry,
  RegistryInput: registryInput,
};
