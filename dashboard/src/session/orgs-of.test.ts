import { expect, test } from 'vitest';
import { orgsOf } from './orgs-of.ts';

const own = { id: 'org_a', name: 'Own', role: 'admin' as const };

test('the organisation that is shown is among those to choose from, once, member or not', () => {
  const guest = { id: 'org_b', name: 'Elsewhere' };
  expect(orgsOf({ org: guest, orgs: [own] })).toEqual([guest, own]);
  expect(orgsOf({ org: own, orgs: [own] })).toEqual([own]);
  expect(orgsOf({ org: guest, orgs: [] })).toEqual([guest]);
});
