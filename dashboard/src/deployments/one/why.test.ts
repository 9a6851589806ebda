import { expect, test } from 'vitest';
import { deploymentExamples } from '../../../../contract/examples/deployments.ts';
import { whyOf } from './why.ts';

const { Deployment: deployment, Instance: instance } = deploymentExamples;
const progressing = {
  ...deployment,
  status: {
    ...deployment.status,
    phase: 'progressing' as const,
    ready_replicas: 0,
    message: '0 of 2 ready. crash loop (3 restarts): exited with code 1',
  },
};

test('what ends again and again is not said to be on its way', () => {
  const restarting = { ...instance, state: 'restarting' as const };
  expect(whyOf(progressing, [restarting], [])).toEqual([
    {
      tone: 'bad',
      title: 'Crash-looping: 0 of 2 ready',
      text: 'Crash loop (3 restarts): exited with code 1',
    },
  ]);
  const pulling = { ...instance, state: 'pulling' as const };
  expect(whyOf(progressing, [pulling], [])[0]).toMatchObject({
    tone: 'busy',
    title: 'Starting up: 0 of 2 ready',
  });
});

test('instances that leave a host are not said to be a rollout', () => {
  const { rollout } = deployment.status;
  const moving = {
    ...deployment,
    status: { ...deployment.status, rollout: { ...rollout, state: 'progressing' as const } },
  };
  const vm = { id: instance.host_id ?? '', name: 'vm', draining: true };
  const waiting = {
    ...instance,
    state: 'pending' as const,
    host_id: null,
    message: '1 host: 1 is cordoned',
  };
  expect(whyOf(moving, [instance, waiting], [vm])).toEqual([
    {
      tone: 'waiting',
      title: 'Serving; its host vm is draining',
      text: 'Its instances move as soon as another host has room.',
    },
  ]);
  const starting = { ...waiting, state: 'starting' as const, message: 'It starts.' };
  expect(whyOf(moving, [instance, starting], [vm])[0]).toMatchObject({
    tone: 'busy',
    text: 'Its instances are moving elsewhere. It starts.',
  });
  expect(whyOf(moving, [instance], [{ ...vm, draining: false }])[0]?.title).toBe(
    'Serving; rolling out revision 1',
  );
});

test('more instances on their way are no alarm, lost ones are', () => {
  const toneOf = (phase: 'progressing' | 'degraded') => {
    const status = { ...deployment.status, phase, ready_replicas: 1, message: '1 of 2 ready.' };
    return whyOf({ ...deployment, replicas: 2, status }, [instance], [])[0]?.tone;
  };
  expect(toneOf('progressing')).toBe('busy');
  expect(toneOf('degraded')).toBe('bad');
});
