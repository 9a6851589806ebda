import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HostName } from '../../contract/common.ts';
import { toHostName } from './name.ts';

test.each([
  ['gpu-1', 'gpu-1'],
  ['GPU_1.rack.example', 'GPU_1.rack.example'],
  ['the big one', 'the-big-one'],
  ['a/../b', 'a-..-b'],
  ['机器 7', '-7'],
  ['host_0198f2c0', 'host-0198f2c0'],
  ['HOST_0198f2c0', 'HOST_0198f2c0'],
  ['x'.repeat(253), 'x'.repeat(100)],
])('a machine that calls itself %s is the host %s', (text, name) => {
  expect(toHostName(text)).toBe(name);
});

test('whatever a machine calls itself, its host has a name that people could give it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 253, unit: 'binary' }), (text) => {
      expect(HostName.safeParse(toHostName(text)).success).toBe(true);
    }),
  );
});
