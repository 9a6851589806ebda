import { expect, test } from 'vitest';
import { fieldAt, findingsOf } from './findings.ts';

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

test('a field tells each thing once, and what has no field is not lost', () => {
  const found = [
    { pointer: '/name', detail: 'is taken' },
    { pointer: '/name', detail: 'is taken' },
    { pointer: '', detail: 'It would be pending.' },
  ];
  const { of, rest } = findingsOf(found);
  expect(of.get('/name')).toEqual(['is taken']);
  expect(rest).toEqual([{ pointer: '', detail: 'It would be pending.' }]);
});
