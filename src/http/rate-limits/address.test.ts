import { expect, test } from 'vitest';
import { partyOf } from './address.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:DB8:0:0:ffff::', '2001:db8::/64'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::1', '::/64'],
  [null, 'unknown'],
  ['', 'unknown'],
  ['2001:db8:::1', 'unknown'],
  ['999.1.1.1', 'unknown'],
  [`${'1:'.repeat(5000)}`, 'unknown'],
])('%s is %s', (address, party) => {
  expect(partyOf(address)).toBe(party);
});
