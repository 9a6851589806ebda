import { type Bucket, giveBack, type Policy, type Taken, take } from './bucket.ts';
import { Recent } from './recent.ts';

/** About 150 bytes each. */
const keysKept = 10_000;

/** The quotas of many keys. Who is forgotten, since `keysKept` others came after, has all of it again. */
export class Quotas {
  readonly #buckets = new Recent<Bucket>(keysKept);

  take(key: string, policy: Policy, now: number): Taken {
    const taken = take(this.#buckets.get(key), policy, now);
    this.#buckets.set(key, taken.bucket);
    return taken;
  }

  giveBack(key: string, policy: Policy, now: number): void {
    this.#buckets.set(key, giveBack(this.#buckets.get(key), policy, now));
  }
}
