import type { Policy } from './bucket.ts';
import { Quotas } from './quotas.ts';
import { TooManyRequests } from './too-many-requests.ts';

/**
 * Must be asked before an attempt to sign in as `account` (an e-mail address; null: by a code, which names nobody), and
 * gives the function that must be told when it did not fail. @throws TooManyRequests
 */
export type AdmitSignIn = (account: string | null) => Promise<() => void>;

/** An account is tried by many addresses at once where somebody wants in badly; it is slowed down more than they are. */
export const perAccount: Policy = { name: 'sign-in-account', quota: 10, windowSeconds: 60 };

/**
 * Counts the attempts to sign in that failed, by address and by account, so that guessing ends before a password is
 * hashed. An attempt counts until it is known not to have failed: of many at once no more pass than of as many in a
 * row. Whoever is slowed down waits seconds, so that nobody can lock another out for long.
 */
export class SignIns {
  readonly #quotas = new Quotas();

  /** @returns to be called when the attempt did not fail. @throws TooManyRequests */
  admit(policies: readonly [policy: Policy, key: string][], now: number): () => void {
    const limited = policies.filter(([policy]) => policy.quota > 0);
    const spent: [Policy, string][] = [];
    const giveBack = () => {
      for (const [policy, key] of spent) this.#quotas.giveBack(key, policy, now);
    };
    for (const [policy, name] of limited) {
      const key = `${policy.name} ${name}`;
      const taken = this.#quotas.take(key, policy, now);
      if (!taken.admitted) {
        giveBack();
        throw new TooManyRequests('Too many attempts to sign in failed.', policy, taken);
      }
      spent.push([policy, key]);
    }
    return giveBack;
  }
}
