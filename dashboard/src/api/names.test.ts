import { expect, test } from 'vitest';
import { defaultOrgId, orgHeader } from '../../../contract/org.ts';
import { defaultOrg, orgHeaderName } from './names.ts';

test('the names that are written twice are the same', () => {
  expect({ orgHeaderName, defaultOrg }).toEqual({
    orgHeaderName: orgHeader,
    defaultOrg: defaultOrgId,
  });
});
