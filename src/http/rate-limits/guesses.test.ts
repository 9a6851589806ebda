import { expect, test } from 'vitest';
import { type Attempt, Guesses, type Verdict } from './guesses.ts';
import { TooManyRequests } from './too-many-requests.ts';

const policy = { name: 'failed-authentication', quota: 10, windowSeconds: 60 };
const now = 1_000_000;

function tryer(guesses: Guesses, change: Partial<Attempt> = {}) {
  return (sha256: string, verdict: Verdict, at = now): 'passed' | 'stopped' => {
    const attempt = { kind: 'host' as const, address: '192.0.2.1', ...change, sha256 };
    try {
      guesses.admit(attempt, policy, at)(verdict, at);
      return 'passed';
    } catch (error) {
      if (!(error instanceof TooManyRequests)) throw error;
      return 'stopped';
    }
  };
}

const guessed = (index: number) => `guess-${index}`;
const exhaust = (attempt: ReturnType<typeof tryer>) => {
  for (let index = 0; index < 10; index += 1) attempt(guessed(index), 'refused');
};

test('after as many refused credentials as the quota has, a new one of the address is stopped', () => {
  const attempt = tryer(new Guesses());
  exhaust(attempt);
  expect(attempt('next', 'refused')).toBe('stopped');
  expect(attempt('next', 'refused', now + 6_000)).toBe('passed');
});

test('many at once are stopped as many in a row are', () => {
  const guesses = new Guesses();
  const admitted = Array.from({ length: 50 }, (_, index) => {
    const attempt = { kind: 'user' as const, address: 'a', sha256: guessed(index) };
    try {
      return guesses.admit(attempt, policy, now);
    } catch {
      return null;
    }
  }).filter((settle) => settle !== null);
  expect(admitted).toHaveLength(10);
});

test('a credential that was accepted passes, whatever else comes from its address', () => {
  const attempt = tryer(new Guesses());
  attempt('good', 'accepted');
  exhaust(attempt);
  expect(attempt('next', 'refused')).toBe('stopped');
  expect(attempt('good', 'accepted')).toBe('passed');
});

test('hosts without number that are accepted take nothing', () => {
  const attempt = tryer(new Guesses());
  for (let index = 0; index < 1000; index += 1) {
    expect(attempt(`host-${index}`, 'accepted')).toBe('passed');
  }
  expect(attempt('unreadable', 'undecided')).toBe('passed');
  exhaust(attempt);
});

test('a removed host that asks again and again takes nothing from its neighbours', () => {
  const attempt = tryer(new Guesses());
  for (let index = 0; index < 1000; index += 1) attempt('removed', 'refused');
  expect(attempt('removed', 'refused')).toBe('stopped');
  expect(attempt('neighbour', 'accepted')).toBe('passed');
});

test('a host that was accepted and is removed since counts as no guess either', () => {
  const attempt = tryer(new Guesses());
  attempt('host', 'accepted');
  for (let index = 0; index < 1000; index += 1) attempt('host', 'refused');
  exhaust(attempt);
});

test('old guesses that are repeated are stopped too', () => {
  const guesses = new Guesses();
  const attempt = tryer(guesses);
  for (let minute = 0; minute < 30; minute += 1) {
    for (let index = 0; index < 10; index += 1) {
      attempt(guessed(minute * 10 + index), 'refused', now + minute * 60_000);
    }
  }
  const passed = Array.from({ length: 300 }, (_, index) =>
    attempt(guessed(index), 'refused', now + 30 * 60_000),
  ).filter((one) => one === 'passed');
  expect(passed.length).toBeLessThanOrEqual(20);
});

test('guesses at one kind of credential, and from one address, stop no other', () => {
  const guesses = new Guesses();
  exhaust(tryer(guesses));
  expect(tryer(guesses, { kind: 'user' })('new', 'accepted')).toBe('passed');
  expect(tryer(guesses, { address: '192.0.2.2' })('new', 'accepted')).toBe('passed');
});
