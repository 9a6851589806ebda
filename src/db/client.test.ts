import { LibsqlError } from '@libsql/core/api';
import { expect, test } from 'vitest';
import { unlessBusy } from './client.ts';

function failing(code: string, times: number) {
  let sent = 0;
  return async () => {
    sent += 1;
    if (sent <= times) throw new LibsqlError('no', code);
    return sent;
  };
}

test('a batch that found the database locked is sent again, and at last its failure is told', async () => {
  expect(await unlessBusy(failing('SQLITE_BUSY', 2))).toBe(3);
  await expect(unlessBusy(failing('SQLITE_BUSY', 99))).rejects.toThrow('no');
});

test('no other failure is tried again', async () => {
  await expect(unlessBusy(failing('SQLITE_CONSTRAINT', 1))).rejects.toThrow('no');
  await expect(unlessBusy(failing('SERVER_ERROR', 1))).rejects.toThrow('no');
});
