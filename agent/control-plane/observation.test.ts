import { expect, test } from 'vitest';
import type { ObservedInstance } from '../../contract/agent-protocol.ts';
import { type Observation, observedHash, urgencyOf } from './observation.ts';

function observation(...instances: Partial<ObservedInstance>[]): Observation {
  return {
    complete: true,
    inventory: {
      hostname: 'h',
      os: 'linux',
      architecture: 'amd64',
      cpus: 1,
      memory_bytes: 1,
      address: '127.0.0.1',
      port_range: { first: 1, last: 2 },
      gpus: [],
      docker: null,
      model_sources: [],
      conditions: [],
    },
    instances: instances.map((changes) => ({
      instance_id: 'i',
      generation: 1,
      state: 'starting',
      reason: null,
      message: '',
      restarts: 0,
      exit: null,
      container_id: null,
      started_age_ms: 1,
      ready_age_ms: null,
      ...changes,
    })),
  };
}

test('growing older is no change, anything else is', () => {
  const hash = observedHash(3, observation({}));
  expect(observedHash(3, observation({ started_age_ms: 99, ready_age_ms: 5 }))).toBe(hash);
  expect(observedHash(4, observation({}))).not.toBe(hash);
  expect(observedHash(3, observation({ message: 'x' }))).not.toBe(hash);
  expect(observedHash(3, { ...observation({}), complete: false })).not.toBe(hash);
  expect(hash.length).toBeGreaterThanOrEqual(16);
});

test.each([
  ['a stage', observation(), observation({ state: 'queued' }), 'soon'],
  ['the next stage', observation({ state: 'queued' }), observation({ state: 'starting' }), 'soon'],
  ['ready', observation({}), observation({ state: 'running' }), 'now'],
  ['failed at once', observation(), observation({ state: 'failed' }), 'now'],
  ['ended', observation({ state: 'running' }), observation({ state: 'restarting' }), 'now'],
  ['gone', observation({ state: 'stopping' }), observation(), 'now'],
  ['another message', observation({ message: 'a' }), observation({ message: 'b' }), 'soon'],
  ['incomplete', observation({}), { ...observation({}), complete: false }, 'now'],
] as const)('%s', (_what, before, after, urgency) => {
  expect(urgencyOf(before, after)).toBe(urgency);
});
