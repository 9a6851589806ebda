import { expect, test } from 'vitest';
import { runCommand } from '../../local/docker/command.ts';
import { typescriptCommand } from '../../local/typescript.ts';

const DEADLINE_MS = 120_000;
const SECRETS = {
  DATABASE_URL: 'libsql://longshore.example.com',
  DATABASE_AUTH_TOKEN: 'database-token-that-is-secret',
  ADMIN_TOKEN: 'admin-token-that-is-secret-0123456789',
  SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'),
};

function deploy(flags: string[], env: Record<string, string>) {
  const { PATH = '', HOME = '' } = process.env;
  return runCommand([...typescriptCommand('local/deploy.ts'), ...flags], {
    deadline_ms: DEADLINE_MS,
    env: { PATH, HOME, ...env },
  });
}

test('without its secrets it changes nothing, and says which it needs and how to make them', async () => {
  const { code, output } = await deploy(['--yes'], {});
  expect(code).toBe(1);
  expect(output).toContain('turso db tokens create');
  for (const name of Object.keys(SECRETS)) expect(output).toContain(name);
}, 30_000);

test(
  'a dry run says what would be done, without a network and without showing a secret',
  async () => {
    const { code, output } = await deploy(['--dry-run'], SECRETS);
    expect(code, output).toBe(0);
    expect(output).toContain(SECRETS.DATABASE_URL);
    expect(output).toContain('--dry-run: exiting now.');
    expect(output).not.toContain('that-is-secret');
  },
  DEADLINE_MS,
);

test(
  'without a terminal it asks for --yes instead of an answer',
  async () => {
    const { code, output } = await deploy([], SECRETS);
    expect(code).toBe(1);
    expect(output).toContain('--yes');
  },
  DEADLINE_MS,
);
