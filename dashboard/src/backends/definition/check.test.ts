import { expect, test } from 'vitest';
import { faultsOf } from './check.ts';
import { draftOf } from './draft.ts';

const whole = {
  backend_name: 'engine',
  default_version: '1.0',
  version_configs: { '1.0': { image_name: 'engine:1.0', custom_framework: 'cpu' } },
};

test.each([
  [[], {}],
  [['/backend_name'], { backend_name: '' }],
  [['/version_configs', '/default_version'], { version_configs: {} }],
  [['/default_version'], { default_version: '9' }],
  [
    ['/version_configs/1.0/image_name'],
    { version_configs: { '1.0': { custom_framework: 'cpu' } } },
  ],
  [['/version_configs/1.0/custom_framework'], { version_configs: { '1.0': { image_name: 'a' } } }],
])('what a definition lacks is told at %j', (pointers, change) => {
  const faults = faultsOf(draftOf({ ...whole, ...change }));
  expect(faults.map(({ pointer }) => pointer)).toEqual(pointers);
});
