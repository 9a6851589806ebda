import { expect, test } from 'vitest';
import { whyKept } from './kept.ts';

const kept = {
  docker_socket: '/run/docker.sock',
  state: '/var/lib/longshore',
  models: '/var/lib/longshore/models',
};

test.each([
  ['/', 'Docker socket'],
  ['/run', 'Docker socket'],
  ['/run/docker.sock', 'Docker socket'],
  ['/var/lib', 'own state'],
  ['/var/lib/longshore', 'own state'],
  ['/var/lib/longshore/identity.json', 'own state'],
  ['/proc/1/root', "kernel's"],
  ['/sys', "kernel's"],
  ['/dev/nvme0n1', "kernel's"],
])('%s is kept', (path, why) => {
  expect(whyKept(path, kept)).toContain(why);
});

test.each([
  '/srv/models',
  '/runs',
  '/var/lib/longshore/models',
  '/var/lib/longshore/models/snapshots/a',
  '/var/lib/longshore-models',
  '/development',
])('%s is not', (path) => {
  expect(whyKept(path, kept)).toBeNull();
});
