import { expect, test } from 'vitest';
import type { Deployment } from '../../../contract/deployment.ts';
import type { Host } from '../../../contract/host.ts';
import {
  type DeploymentMemory,
  memoryOf,
  settledStatus,
  storiesOfDeployments,
  storiesOfHosts,
  summaryOf,
} from './stories.ts';

type Phase = Deployment['status']['phase'];
type Looks = [phase: Phase, ready: number, isRolling?: 'rolling'];

function deployment([phase, ready, isRolling]: Looks): Deployment {
  const rollout = { state: isRolling ? 'progressing' : 'complete' };
  const status = { phase, ready_replicas: ready, message: 'Why.', rollout };
  return { id: 'd', name: 'chat', replicas: 2, status } as Deployment; // all that is read of one
}

/** What is told of a deployment that looks like this, one after the other. */
function toldOf(...looks: Looks[]): string[] {
  const told: string[] = [];
  let known = new Map<string, DeploymentMemory>();
  for (const look of looks) {
    const now = deployment(look);
    told.push(...storiesOfDeployments(known, [now]).map(({ title }) => title));
    known = new Map([['d', memoryOf(known.get('d'), now)]]);
  }
  return told;
}

function host(status: Host['status']): Host {
  return { id: 'h', name: 'gpu-1', status } as Host; // all that is read of one
}

test('a deployment that serves less than it did, or failed, is told once, and so is the end of it', () => {
  expect(toldOf(['available', 2], ['degraded', 1], ['degraded', 1], ['available', 2])).toEqual([
    'chat is degraded',
    'chat is available again',
  ]);
  expect(toldOf(['available', 2], ['progressing', 0], ['failed', 0], ['available', 2])).toEqual([
    'chat is not serving',
    'chat failed',
    'chat is available again',
  ]);
});

test('one that is deployed is told when it is available, and what a change takes down meanwhile is not', () => {
  expect(toldOf(['pending', 0], ['progressing', 0], ['available', 2])).toEqual([
    'chat is available',
  ]);
  expect(
    toldOf(
      ['available', 2],
      ['degraded', 1, 'rolling'],
      ['progressing', 0, 'rolling'],
      ['available', 2],
    ),
  ).toEqual(['chat is available']);
  expect(toldOf(['available', 1], ['degraded', 1], ['available', 2])).toEqual([
    'chat is available',
  ]);
});

test('one that is stopped or deleted is told by nobody', () => {
  expect(toldOf(['available', 2], ['stopped', 0], ['deleting', 0])).toEqual([]);
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
  expect(storiesOfDeployments(new Map(), [deployment(['failed', 0])])).toEqual([]);
  expect(storiesOfHosts(new Map(), [host('offline')])).toEqual([]);
});

test('many are told as one, which says what there is of each', () => {
  const offline = storiesOfHosts(new Map([['h', 'online']]), [host('offline')]);
  const well = memoryOf(undefined, deployment(['available', 2]));
  const bad = storiesOfDeployments(new Map([['d', well]]), [deployment(['degraded', 1])]);
  expect(summaryOf([...offline, ...offline, ...bad])).toEqual({
    title: '2 hosts are offline, 1 deployment is in trouble',
    path: '/hosts',
    isGood: false,
  });
});
