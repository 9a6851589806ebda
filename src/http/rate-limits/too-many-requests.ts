import { Failure } from '../../../contract/failure.ts';
import type { Policy, Taken } from './bucket.ts';

/** A caller has used up its quota. */
export class TooManyRequests extends Failure {
  readonly policy: Policy;
  readonly taken: Taken;

  /** `detail` says in a sentence what there was too much of. */
  constructor(detail: string, policy: Policy, taken: Taken) {
    super('too_many_requests', `${detail} Try again in ${taken.retryAfterSeconds} s.`);
    this.policy = policy;
    this.taken = taken;
  }
}

/** draft-ietf-httpapi-ratelimit-headers-10: quotas (`q`) and their windows in seconds (`w`). */
export function policyHeader(policies: readonly Policy[]): string {
  return policies
    .map(({ name, quota, windowSeconds }) => `"${name}";q=${quota};w=${windowSeconds}`)
    .join(', ');
}

/** The same draft: what remains (`r`), and in how many seconds all of it is there again (`t`). */
export function limitHeader(used: readonly { policy: Policy; taken: Taken }[]): string {
  return used
    .map(({ policy, taken }) => `"${policy.name}";r=${taken.remaining};t=${taken.resetSeconds}`)
    .join(', ');
}
