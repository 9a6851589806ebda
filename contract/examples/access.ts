import type { ApiToken, ApiTokenInput, Me, NewApiToken } from '../access.ts';

const input: ApiTokenInput = { name: 'CI', role: 'operator', expires_in_seconds: 7_776_000 };

const token: ApiToken = {
  id: 'tok_01a0f0c2d4b7743f9d3a3f6e2c51b0c1',
  name: 'CI',
  role: 'operator',
  prefix: 'lsk_3fQz',
  status: 'active',
  created_at: '2026-01-31T12:00:00.000Z',
  created_by: 'admin',
  expires_at: '2026-05-01T12:00:00.000Z',
  last_used_at: null,
  revoked_at: null,
};

const made: NewApiToken = { ...token, token: 'lsk_3fQz-EXAMPLE-not-a-token' };

const me: Me = {
  kind: 'token',
  name: `token:CI (${token.id})`,
  role: 'operator',
  org: { id: 'org_01a0f0c2d4b7743f9d3a3f6e2c51b0b0', name: 'research' },
  token_id: token.id,
  user: null,
  orgs: [],
  expires_at: token.expires_at,
};

export const accessExamples = {
  ApiTokenInput: input,
  ApiToken: token,
  NewApiToken: made,
  Me: me,
};
