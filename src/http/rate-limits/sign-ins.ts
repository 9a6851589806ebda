import type { Policy } from './bucket.ts';
import { Quotas } from './quotas.ts';
import { TooManyRequests } from './too-many-requests.ts';

export interface SignInAttempt {
  /** Who tries; see address.ts. */
  address: string;
  /** Stands for the e-mail address that is tried; null: it is a code, which names nobody. */
  account: string | null;
  /** Whether this account is signed in from this address. Asked only where the account is being slowed down. */
  isAtHome: () => Promise<boolean>;
}

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
 * row.
 * - The address is asked first, and pays also for what the account stops: nobody keeps an account slowed down for longer
 *   than their addresses last.
 * - Where others have slowed an account down, who is signed in to it from the same address has a quota of their own:
 *   others cannot lock its owner out.
 * - Addresses and accounts are forgotten apart. To have an account forgotten, which gives ten guesses more, takes failing
 *   at as many others as `Quotas` keeps, each of which the addresses pay for.
 */
export class SignIns {
  readonly #addresses = new Quotas();
  readonly #accounts = new Quotas();
  readonly #atHome = new Quotas();

  /** @returns to be called when the attempt did not fail. @throws TooManyRequests */
  async admit(attempt: SignInAttempt, perAddress: Policy, now: number): Promise<() => void> {
    const { address, account, isAtHome } = attempt;
    // Who sets no limit on failures sets none on those of an account.
    if (perAddress.quota === 0) return () => {};
    const ofAddress = spend(this.#addresses, address, perAddress, now);
    if (account === null) return ofAddress;
    const ofAccount = await this.#spendOfAccount(account, address, isAtHome, now);
    return () => {
      ofAddress();
      ofAccount();
    };
  }

  async #spendOfAccount(
    account: string,
    address: string,
    isAtHome: () => Promise<boolean>,
    now: number,
  ): Promise<() => void> {
    try {
      return spend(this.#accounts, account, perAccount, now);
    } catch (error) {
      if (!(await isAtHome())) throw error;
      return spend(this.#atHome, `${account} ${address}`, perAccount, now);
    }
  }
}

/** @returns gives it back. @throws TooManyRequests */
function spend(quotas: Quotas, key: string, policy: Policy, now: number): () => void {
  const taken = quotas.take(key, policy, now);
  if (!taken.admitted) {
    throw new TooManyRequests('Too many attempts to sign in failed.', policy, taken);
  }
  return () => quotas.giveBack(key, policy, now);
}
