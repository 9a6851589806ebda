import { expect, test } from 'vitest';
import type { HostDetail } from '../../../contract/host.ts';
import { concernsOf } from './concerns.ts';
import { hostWith } from './host-of-test.ts';
import { filterHosts } from './list/filters.ts';
import { marksOf } from './looks.ts';

const since = '2026-01-30T09:00:00.000Z';

test.each<[string, Partial<HostDetail>, string[]]>([
  ['one that does its work', {}, []],
  ['one that is silent', { status: 'offline' }, ['offline']],
  ['one that was heard lately', { status: 'suspect' }, ['suspect']],
  ['one that has only enrolled', { inventory: null }, ['no_inventory']],
  ['one with an old agent', { agent_update: 'Run install.sh again.' }, ['agent_update']],
  ['one that is drained', { schedulable: false, draining: true }, ['draining']],
  ['one that is cordoned', { schedulable: false }, ['cordoned']],
  ['one that is asked for a secret', { rotation_asked_at: since }, ['rotation_asked']],
  [
    // Its silence is what was asked for.
    'one that is revoked',
    { status: 'offline', revoked_at: since, conditions: [{ code: 'revoked', message: 'x' }] },
    ['revoked'],
  ],
])('%s', (_, change, codes) => {
  expect(concernsOf(hostWith(change)).map(({ code }) => code)).toEqual(codes);
});

test('what is wrong marks a host, what people decided does not make it wrong', () => {
  expect(marksOf(hostWith({ status: 'offline' }))).toEqual(['attention']);
  expect(marksOf(hostWith({ schedulable: false, draining: true }))).toEqual(['draining']);
});

test('hosts are found by name, label and GPU, and by any of several marks', () => {
  const one = hostWith();
  const other = hostWith({ name: 'cpu-1', labels: {}, inventory: null, schedulable: false });
  const found = (search: string, mark: string[] = []) =>
    filterHosts([one, other], { search, status: [], mark }).map(({ name }) => name);
  expect(found('ZONE=a')).toEqual(['gpu-1']);
  expect(found('h100')).toEqual(['gpu-1']);
  expect(found('-1')).toEqual(['gpu-1', 'cpu-1']);
  expect(found('', ['cordoned', 'revoked'])).toEqual(['cpu-1']);
});
