import { expect, test } from 'vitest';
import type { Deployment } from '../../../contract/deployment.ts';
import type { Host } from '../../../contract/host.ts';
import { settledStatus, storiesOfDeployments, storiesOfHosts, summaryOf } from './stories.ts';

type Phase = Deployment['status']['phase'];

function deployment(phase: Phase): Deployment {
  const status = { phase, ready_replicas: 1, message: 'Why.' };
  return { id: 'd', name: 'chat', replicas: 2, status } as Deployment; // all that is read of one
}

function host(status: Host['status']): Host {
  return { id: 'h', name: 'gpu-1', status } as Host; // all that is read of one
}

test.each<[Phase, Phase, string | null]>([
  ['progressing', 'available', 'chat is available'],
  ['degraded', 'available', 'chat is available again'],
  ['available', 'degraded', 'chat is degraded'],
  ['progressing', 'failed', 'chat failed'],
  ['available', 'available', null],
  ['available', 'progressing', null],
  ['available', 'stopped', null],
  ['available', 'deleting', null],
])('a deployment that was %s and is %s', (before, now, title) => {
  const stories = storiesOfDeployments(new Map([['d', before]]), [deployment(now)]);
  expect(stories.map((one) => one.title)).toEqual(title === null ? [] : [title]);
});

test('a host that goes offline and comes back is told, a link that is lost for a moment is not', () => {
  const told: string[] = [];
  let known = new Map<string, Host['status']>([['h', 'online']]);
  const statuses = ['suspect', 'online', 'suspect', 'offline', 'suspect', 'online'] as const;
  for (const status of statuses) {
    told.push(...storiesOfHosts(known, [host(status)]).map(({ title }) => title));
    known = new Map([['h', settledStatus(known.get('h'), status)]]);
  }
  expect(told).toEqual(['gpu-1 is offline', 'gpu-1 is back']);
});

test('what was not there before tells nothing', () => {
  expect(storiesOfDeployments(new Map(), [deployment('failed')])).toEqual([]);
  expect(storiesOfHosts(new Map(), [host('offline')])).toEqual([]);
});

test('many are told as one, which says what there is of each', () => {
  const offline = storiesOfHosts(new Map([['h', 'online']]), [host('offline')]);
  const bad = storiesOfDeployments(new Map([['d', 'available']]), [deployment('degraded')]);
  expect(summaryOf([...offline, ...offline, ...bad])).toEqual({
    title: '2 hosts are offline, 1 deployment is in trouble',
    path: '/hosts',
    isGood: false,
  });
});
