import { expect, test } from 'vitest';
import type { Policy } from './bucket.ts';
import { SignIns } from './sign-ins.ts';
import { TooManyRequests } from './too-many-requests.ts';

const perAddress: Policy = { name: 'sign-in-address', quota: 20, windowSeconds: 60 };
const now = 1_000_000;

function tryer(signIns: SignIns, address: string, account: string | null, atHome = false) {
  return async (succeeds: boolean, at = now): Promise<'passed' | string> => {
    const attempt = { address, account, isAtHome: async () => atHome };
    try {
      const didNotFail = await signIns.admit(attempt, perAddress, at);
      if (succeeds) didNotFail();
      return 'passed';
    } catch (error) {
      if (!(error instanceof TooManyRequests)) throw error;
      return `stopped by ${error.policy.name}`;
    }
  };
}

async function exhaust(signIns: SignIns, account: string): Promise<void> {
  for (let index = 0; index < 10; index += 1) {
    expect(await tryer(signIns, `guesser-${index}`, account)(false)).toBe('passed');
  }
}

test('an account is slowed down from wherever it is tried, others are not, and seconds later it has room', async () => {
  const signIns = new SignIns();
  await exhaust(signIns, 'a');
  expect(await tryer(signIns, 'another', 'a')(true)).toBe('stopped by sign-in-account');
  expect(await tryer(signIns, 'another', 'b')(true)).toBe('passed');
  expect(await tryer(signIns, 'another', 'a')(true, now + 6_000)).toBe('passed');
});

test('an address is slowed down whatever accounts it tries', async () => {
  const signIns = new SignIns();
  for (let index = 0; index < 20; index += 1) {
    expect(await tryer(signIns, 'address', `account-${index}`)(false)).toBe('passed');
  }
  expect(await tryer(signIns, 'address', 'next')(false)).toBe('stopped by sign-in-address');
  expect(await tryer(signIns, 'address', null)(false)).toBe('stopped by sign-in-address');
  expect(await tryer(signIns, 'other', 'next')(false)).toBe('passed');
});

test('who signs in takes nothing, however often', async () => {
  const attempt = tryer(new SignIns(), 'address', 'account');
  for (let index = 0; index < 100; index += 1) expect(await attempt(true)).toBe('passed');
});

test('what an account stops counts for its address: none goes on and on at an account that is slowed down', async () => {
  const signIns = new SignIns();
  const attempt = tryer(signIns, 'address', 'account');
  for (let index = 0; index < 20; index += 1) await attempt(false);
  expect(await attempt(true)).toBe('stopped by sign-in-address');
});

test('an address that is stopped takes nothing from the account', async () => {
  const signIns = new SignIns();
  const junk = tryer(signIns, 'address', null);
  for (let index = 0; index < 20; index += 1) await junk(false);
  const attempt = tryer(signIns, 'address', 'account');
  for (let index = 0; index < 50; index += 1) await attempt(false);
  for (let index = 0; index < 10; index += 1) {
    expect(await tryer(signIns, `other-${index}`, 'account')(false)).toBe('passed');
  }
});

test('others cannot lock out who is signed in from the same address; guessing from there ends too', async () => {
  const signIns = new SignIns();
  await exhaust(signIns, 'a');
  const owner = tryer(signIns, 'home', 'a', true);
  for (let index = 0; index < 30; index += 1) expect(await owner(true)).toBe('passed');
  for (let index = 0; index < 10; index += 1) expect(await owner(false)).toBe('passed');
  expect(await owner(false)).toBe('stopped by sign-in-account');
  expect(await tryer(signIns, 'elsewhere', 'a', true)(true)).toBe('passed');
});

test('addresses without number make it forget no account', async () => {
  const signIns = new SignIns();
  await exhaust(signIns, 'a');
  for (let index = 0; index < 20_000; index += 1)
    await tryer(signIns, `junk-${index}`, null)(false);
  expect(await tryer(signIns, 'another', 'a')(true)).toBe('stopped by sign-in-account');
});
