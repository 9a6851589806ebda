import type { Policy } from './bucket.ts';
import { Quotas } from './quotas.ts';
import { Recent } from './recent.ts';
import { TooManyRequests } from './too-many-requests.ts';

/** What a credential is for. Guesses at one kind take nothing from those who use another. */
export type CredentialKind = 'user' | 'host' | 'enrolment';

export interface Attempt {
  kind: CredentialKind;
  /** Who tries; see address.ts. */
  address: string;
  /** Of the credential. */
  sha256: string;
}

/** `undecided`: the request ended before anybody looked at its credential, or nobody could. */
export type Verdict = 'accepted' | 'refused' | 'undecided';

const credentialsKept = 10_000;

/**
 * Counts the credentials that an address tried in vain, so that guessing ends before the database is asked. Three things
 * keep it from hitting those who do not guess, since many share one address:
 * - A credential that was accepted here before passes, whatever else its address does.
 * - One that is accepted takes nothing.
 * - One that was refused before is no new guess: it is counted apart, with others of its kind. A host that was removed
 *   may ask as often as it likes and takes nothing from its neighbours.
 */
export class Guesses {
  readonly #accepted = new Recent<true>(credentialsKept);
  readonly #refused = new Recent<true>(credentialsKept);
  readonly #newOnes = new Quotas();
  readonly #repeated = new Quotas();

  /**
   * Gives the function that must be told what became of the attempt. The attempt counts until then: of many at once no
   * more pass than of as many in a row.
   * @throws TooManyRequests
   */
  admit(attempt: Attempt, policy: Policy, now: number): (verdict: Verdict, now: number) => void {
    const { kind, address, sha256 } = attempt;
    const credential = `${kind} ${sha256}`;
    const isKnown = this.#accepted.get(credential) === true;
    const isRepeated = this.#refused.get(credential) === true;
    const quotas = isRepeated ? this.#repeated : this.#newOnes;
    const key = `${kind} ${address}`;
    const limited = policy.quota > 0 && !isKnown;
    if (limited) {
      const taken = quotas.take(key, policy, now);
      if (!taken.admitted) {
        const detail = 'Too many tokens that came from this address were refused.';
        throw new TooManyRequests(detail, policy, taken);
      }
    }
    return (verdict, then) => {
      if (verdict !== 'refused' && limited) quotas.giveBack(key, policy, then);
      switch (verdict) {
        case 'accepted':
          this.#accepted.set(credential, true);
          this.#refused.delete(credential);
          return;
        case 'refused':
          this.#accepted.delete(credential);
          this.#refused.set(credential, true);
          return;
        case 'undecided':
      }
    };
  }
}
