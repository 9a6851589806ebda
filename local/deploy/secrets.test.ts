import { expect, test } from 'vitest';
import { readSecrets } from './secrets.ts';

const now = new Date('2026-06-01T00:00:00Z');
const jwt = (claims: object) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
const good = {
  DATABASE_URL: 'libsql://longshore-me.turso.io',
  DATABASE_AUTH_TOKEN: jwt({ a: 'rw', exp: now.getTime() / 1000 + 60 }),
  ADMIN_TOKEN: 'x'.repeat(32),
  SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'),
};

test('good ones are taken as they are', () => {
  expect(readSecrets(good, now)).toEqual({ values: good, missing: [], faults: [] });
});

test('what is missing is named, in the order in which it is made', () => {
  expect(readSecrets({ ADMIN_TOKEN: ' ' }, now).missing).toEqual([
    'DATABASE_URL',
    'DATABASE_AUTH_TOKEN',
    'ADMIN_TOKEN',
    'SECRETS_KEY',
  ]);
});

test.each([
  ['DATABASE_URL', 'longshore', 'is no URL'],
  ['DATABASE_URL', 'http://db.example.com', 'begins with http://'],
  ['DATABASE_URL', 'file:local.db', 'begins with file://'],
  ['DATABASE_URL', 'https://127.0.0.1:8080', 'names this machine'],
  ['DATABASE_URL', 'libsql://localhost', 'names this machine'],
  ['DATABASE_URL', 'libsql://db.turso.io?authToken=secret', 'carries a token'],
  ['DATABASE_AUTH_TOKEN', 'two words', 'holds blanks'],
  ['DATABASE_AUTH_TOKEN', jwt({ exp: now.getTime() / 1000 }), 'expired on 2026-06-01'],
  ['DATABASE_AUTH_TOKEN', jwt({ a: 'ro' }), 'is read-only'],
  ['ADMIN_TOKEN', 'short', 'is shorter than 32'],
  ['ADMIN_TOKEN', `a ${'x'.repeat(32)}`, 'holds blanks'],
  ['SECRETS_KEY', 'too short', 'must be 32 random bytes'],
  ['SECRETS_KEY', `${good.SECRETS_KEY},`, 'must be 32 random bytes'],
])('%s=%s: %s', (name, value, fault) => {
  const { faults } = readSecrets({ ...good, [name]: value }, now);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(`${name} ${fault}`);
  expect(faults[0]).not.toContain('secret');
});

test('a token that is no JWT is not judged', () => {
  expect(readSecrets({ ...good, DATABASE_AUTH_TOKEN: 'opaque' }, now).faults).toEqual([]);
});
