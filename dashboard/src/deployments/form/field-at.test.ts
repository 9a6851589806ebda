import { expect, test } from 'vitest';
import { fieldAt } from './field-at.ts';

test.each([
  ['/name', '/name'],
  ['/deployment/replicas', '/replicas'],
  ['/model', '/model/source'],
  ['/model/include/3', '/model/include'],
  ['/backend_parameters/2', '/backend_parameters/2'],
  ['/backend/default_backend_param/0', '/backend_parameters/0'],
  ['/env/a~1b', '/env/a~1b'],
  ['/gpu', '/gpu/count'],
  ['/health/path', '/health/path'],
  ['/backend/version_configs/v1/run_command', null],
  ['', null],
])('what is found at "%s" is shown at %s', (pointer, field) => {
  expect(fieldAt(pointer)).toBe(field);
});
