import { expect, test } from 'vitest';
import { fieldAround, findingsOf, withoutSaid } from './findings.ts';

const fields = new Set(['/name', '/env']);
const fieldAt = (pointer: string) => fieldAround(pointer, fields);

test('a field tells each thing once, and what has no field is not lost', () => {
  const found = [
    { pointer: '/name', detail: 'is taken' },
    { pointer: '/name', detail: 'is taken' },
    { pointer: '', detail: 'It would be pending.' },
  ];
  const { of, rest } = findingsOf(found, fieldAt);
  expect(of.get('/name')).toEqual(['is taken']);
  expect(rest).toEqual([{ pointer: '', detail: 'It would be pending.' }]);
});

test('what has no field of its own stands at the nearest one around it', () => {
  expect(['/env/A', '/env', '/other', ''].map(fieldAt)).toEqual(['/env', '/env', null, null]);
});

test('what is wrong is not dubious too', () => {
  const [wrong, odd] = [
    { pointer: '/name', detail: 'must be lower-case' },
    { pointer: '/name', detail: 'is odd' },
  ];
  expect(withoutSaid([wrong, odd], [{ ...wrong }])).toEqual([odd]);
});
