import { expect, test } from 'vitest';
import { isAt, places } from './places.ts';

test('the pages that make something belong to the place where it is seen afterwards', () => {
  const at = (path: string) =>
    places.filter((place) => isAt(place, path)).map(({ label }) => label);
  expect(at('/deploy')).toEqual(['Deployments']);
  expect(at('/deployments/model/edit')).toEqual(['Deployments']);
  expect(at('/add-backend')).toEqual(['Backends']);
  expect(at('/backends/deploy')).toEqual(['Backends']);
  expect(at('/welcome')).toEqual([]);
});
