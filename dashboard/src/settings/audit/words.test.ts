import { expect, test } from 'vitest';
import { operationWords } from './words.ts';

test('an operation is read as words', () => {
  expect(operationWords('createDeployment')).toBe('Create deployment');
  expect(operationWords('setSecret')).toBe('Set secret');
  expect(operationWords('enroll')).toBe('Enroll');
});
