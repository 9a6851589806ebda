import { describe, expect, test } from 'vitest';
import { statesBefore } from './model.ts';

describe('states', () => {
  test('without a container an instance begins again, and of an unreachable one any word is news', () => {
    expect(statesBefore('pulling', true)).toContain('running');
    expect(statesBefore('pulling', true)).not.toContain('stopping');
    for (const state of ['queued', 'pulling', 'running'] as const) {
      expect(statesBefore(state)).toContain('unreachable');
    }
  });

  test('only move forward inside a generation, but health goes both ways', () => {
    expect(statesBefore('pulling')).not.toContain('running');
    expect(statesBefore('starting')).toEqual(
      expect.arrayContaining(['queued', 'pulling', 'restarting']),
    );
    expect(statesBefore('running')).toContain('unhealthy');
    expect(statesBefore('unhealthy')).toContain('running');
  });

  test('a host never moves what the planner has decided', () => {
    for (const state of ['pulling', 'running', 'failed', 'stopping'] as const) {
      for (const decided of ['pending', 'stopping', 'stopped', 'deleting'] as const) {
        expect(statesBefore(state)).not.toContain(decided);
      }
    }
  });
});
