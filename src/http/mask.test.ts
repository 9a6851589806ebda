import { expect, test } from 'vitest';
import { maskCredentials } from './mask.ts';

const token = 'a1B2'.repeat(11).slice(0, 43);

test.each([
  [`/api/v1/hosts/lsh_${token}`, '/api/v1/hosts/lsh_***'],
  [`no token lse_${token} here`, 'no token lse_*** here'],
  [`authorization: Bearer ${token}`, 'authorization: Bearer ***'],
  ['authToken eyJhbGciOiJFZERTQSJ9.eyJhIjoicncifQ.c2ln is wrong', 'authToken *** is wrong'],
  ['connect libsql://user:secret@db.example', 'connect libsql://***@db.example'],
  [
    'UNIQUE constraint failed: hosts.id at https://a.example/x',
    'UNIQUE constraint failed: hosts.id at https://a.example/x',
  ],
])('%s reads %s', (text, masked) => {
  expect(maskCredentials(text)).toBe(masked);
});
