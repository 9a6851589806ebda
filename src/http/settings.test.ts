import { expect, test } from 'vitest';
import { Failure } from '../../contract/failure.ts';
import { settingsForHosts, settingsOf } from './settings.ts';

const key = Buffer.alloc(32, 1).toString('base64');
const isSecret = (name: string) => ['ADMIN_TOKEN', 'SECRETS_KEY'].includes(name);

function settings(change: Record<string, string>) {
  return settingsOf({ DATABASE_URL: 'http://localhost', ADMIN_TOKEN: 'x'.repeat(32), ...change });
}

test('sites that may call the API are read, and none is needed', () => {
  expect(settings({}).CORS_ORIGINS).toEqual([]);
  expect(settings({ CORS_ORIGINS: '' }).CORS_ORIGINS).toEqual([]);
  expect(
    settings({ CORS_ORIGINS: 'https://a.example, http://localhost:5173' }).CORS_ORIGINS,
  ).toEqual(['https://a.example', 'http://localhost:5173']);
});

test.each([
  ['CORS_ORIGINS', '*'],
  ['CORS_ORIGINS', 'https://*.example.com/'],
  ['CORS_ORIGINS', 'https://a.example/path'],
  ['CORS_ORIGINS', 'https://a.example/'],
  ['CORS_ORIGINS', 'HTTPS://A.example'],
  ['CORS_ORIGINS', 'a.example'],
  ['CORS_ORIGINS', 'file:///x'],
  ['CORS_ORIGINS', 'null'],
  ['LIMIT_ENROLMENTS_PER_MINUTE', 'many'],
  ['LIMIT_ENROLMENTS_PER_MINUTE', '-1'],
  ['LIMIT_WRITES_PER_AUTHOR_PER_MINUTE', ''],
  ['ADMIN_TOKEN', 'secret-but-short'],
  ['SECRETS_KEY', ''],
  ['SECRETS_KEY', 'a-key-that-is-short'],
  ['SECRETS_KEY', `${key},`],
  ['SECRETS_KEY', `,${key}`],
  ['SECRETS_KEY', `${key},${key.slice(4)}`],
])('%s=%s is named, and its value is not told', (name, value) => {
  try {
    settings({ [name]: value });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ code: 'misconfigured' });
    expect(String(error)).toContain(name);
    if (isSecret(name) && value !== '') expect(String(error)).not.toContain(value);
  }
});

test('hosts go on with a SECRETS_KEY that cannot be read, and with no other setting that cannot', () => {
  const env = { DATABASE_URL: 'http://localhost', ADMIN_TOKEN: 'x'.repeat(32) };
  expect(settingsForHosts({ ...env, SECRETS_KEY: `${key},` }).SECRETS_KEY).toBeUndefined();
  expect(() => settingsForHosts({ ...env, ADMIN_TOKEN: 'short' })).toThrow(/ADMIN_TOKEN/);
});
