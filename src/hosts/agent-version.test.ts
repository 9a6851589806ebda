import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { agentUpdate, newestAgent, oldestAgent } from './agent-version.ts';

test('the newest agent is the one of this repository, and is not too old', () => {
  expect(newestAgent).toBe(manifest.version);
  expect(agentUpdate(newestAgent)).toBeNull();
  expect(agentUpdate(newestAgent, oldestAgent)).toBeNull();
});

test.each([
  ['1.2.2', true],
  ['1.1.9', true],
  ['0.99.99', true],
  ['1.2.3', false],
  ['1.2.10', false],
  ['1.10.0', false],
  ['2.0.0', false],
  // Builds of somebody's own, and a host that has not spoken yet.
  ['0.0.0-source', false],
  ['fake', false],
  [null, false],
])('beside 1.2.3 the agent %s is too old: %s', (version, isOld) => {
  const update = agentUpdate(version, '1.2.3');
  expect(update !== null).toBe(isOld);
  if (isOld) expect(update).toContain(`it is ${version}, and this control plane needs 1.2.3`);
});
