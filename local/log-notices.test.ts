import { expect, test } from 'vitest';
import { noticeOf } from './log-notices.ts';

test.each([
  [{ level: 'info', event: 'agent started' }, null],
  [{ level: 'warn', event: 'link down', message: 'closed' }, 'agent: warning: link down: closed'],
  [
    { level: 'error', message: 'request failed', error: 'no such table' },
    'agent: request failed: no such table',
  ],
  [{ level: 'error', event: 'x'.repeat(400) }, `agent: ${'x'.repeat(300)}`],
  [{ level: 7 }, null],
  ['text', null],
])('%j', (line, expected) => {
  expect(noticeOf('agent', JSON.stringify(line))).toBe(expected);
});

test('what is no JSON is nothing', () => {
  expect(noticeOf('agent', '{ broken')).toBeNull();
  expect(noticeOf('agent', '')).toBeNull();
});
