import { expect, test } from 'vitest';
import type { Policy } from './bucket.ts';
import { perAccount, SignIns } from './sign-ins.ts';
import { TooManyRequests } from './too-many-requests.ts';

const perAddress: Policy = { name: 'sign-in-address', quota: 20, windowSeconds: 60 };
const now = 1_000_000;

function tryer(signIns: SignIns, address: string, account: string) {
  return (succeeds: boolean, at = now): 'passed' | 'stopped' => {
    try {
      const didNotFail = signIns.admit(
        [
          [perAddress, address],
          [perAccount, account],
        ],
        at,
      );
      if (succeeds) didNotFail();
      return 'passed';
    } catch (error) {
      if (!(error instanceof TooManyRequests)) throw error;
      return 'stopped';
    }
  };
}

test('an account is slowed down from wherever it is tried, others are not, and seconds later it has room', () => {
  const signIns = new SignIns();
  for (let index = 0; index < 10; index += 1) {
    expect(tryer(signIns, `address-${index}`, 'a')(false)).toBe('passed');
  }
  expect(tryer(signIns, 'another', 'a')(true)).toBe('stopped');
  expect(tryer(signIns, 'another', 'b')(true)).toBe('passed');
  expect(tryer(signIns, 'another', 'a')(true, now + 6_000)).toBe('passed');
});

test('an address is slowed down whatever accounts it tries', () => {
  const signIns = new SignIns();
  for (let index = 0; index < 20; index += 1) {
    expect(tryer(signIns, 'address', `account-${index}`)(false)).toBe('passed');
  }
  expect(tryer(signIns, 'address', 'next')(false)).toBe('stopped');
  expect(tryer(signIns, 'other', 'next')(false)).toBe('passed');
});

test('who signs in takes nothing, however often', () => {
  const attempt = tryer(new SignIns(), 'address', 'account');
  for (let index = 0; index < 100; index += 1) expect(attempt(true)).toBe('passed');
});

test('what an account stops takes nothing from its address', () => {
  const signIns = new SignIns();
  const attempt = tryer(signIns, 'address', 'account');
  for (let index = 0; index < 100; index += 1) attempt(false);
  const other = tryer(signIns, 'address', 'other');
  expect(Array.from({ length: 10 }, () => other(false))).not.toContain('stopped');
});
