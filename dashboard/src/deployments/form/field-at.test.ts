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
  ['/backend/default_run_command', '/run_command'],
  ['/backend/default_entrypoint', '/entrypoint'],
  ['/backend/health_check_path', '/health/path'],
  ['/backend/version_configs/v 1.2/run_command', '/run_command'],
  ['/backend/version_configs/v1/entrypoint', '/entrypoint'],
  ['/backend/version_configs/v1/env/A', null],
  ['', null],
])('what is found at "%s" is shown at %s', (pointer, field) => {
  expect(fieldAt(pointer)).toBe(field);
});
