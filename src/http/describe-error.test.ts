import { expect, test } from 'vitest';
import { describeError } from './describe-error.ts';

test('an error is told with its cause and where both were thrown, and without the values of its query', () => {
  const cause = new Error('SQLITE_IOERR: disk I/O error with lsh_0123456789abcdef');
  const error = new Error(
    'Failed query: insert into secrets values (?)\nparams: canary-1,\n    at canary-2',
    { cause },
  );
  const told = describeError(error);
  expect(told).toContain('insert into secrets');
  expect(told).toContain('disk I/O error');
  expect(told.match(/describe-error\.test\.ts/g)?.length).toBeGreaterThanOrEqual(2);
  expect(told).not.toContain('canary');
  expect(told).not.toContain('0123456789abcdef');
});
