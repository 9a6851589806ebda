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
  const restarting = { ...instance, state: 'restarting' as const, reason: 'exited', restarts: 3 };
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

test.each([
  ['image_pull_failed', 8, 'The image cannot be pulled'],
  ['registry_unreachable', 1, 'The image cannot be pulled'],
  ['model_download_failed', 1, 'The model cannot be fetched'],
  ['gpu_missing', 0, 'The host cannot give it what it needs'],
  ['start_timeout', 1, 'Failing its health check'],
  ['docker_unavailable', 0, 'The host cannot start it'],
  ['exited', 1, 'Restarting'],
  ['exited', 2, 'Crash-looping'],
])('an instance that restarts for %s (%s) is told as: %s', (reason, restarts, title) => {
  const restarting = { ...instance, state: 'restarting' as const, reason, restarts };
  expect(whyOf(progressing, [restarting], [])[0]?.title).toBe(`${title}: 0 of 2 ready`);
});

test('what failed says so by its reason', () => {
  const status = { ...progressing.status, phase: 'failed' as const };
  const failed = { ...instance, state: 'failed' as const };
  const titleFor = (reason: string) =>
    whyOf({ ...progressing, status }, [{ ...failed, reason }], [])[0]?.title;
  expect(titleFor('image_not_found')).toBe('The image cannot be pulled');
  expect(titleFor('create_failed')).toBe('The host cannot start it');
  expect(titleFor('a_word_of_a_newer_agent')).toBe('Not running');
});

test('a rollout that has begun tells what was placed, in sentences', () => {
  const rollout = { ...deployment.status.rollout, state: 'progressing' as const };
  const rolling = {
    ...deployment,
    status: { ...deployment.status, rollout: { ...rollout, updated_replicas: 1 } },
  };
  const queued = { ...instance, state: 'queued' as const, message: 'the host has it' };
  expect(whyOf(rolling, [instance, queued], [])[0]?.text).toBe(
    '1 of 2 placed with it so far. The host has it',
  );
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
