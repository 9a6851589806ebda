import { Failure } from '../../../contract/failure.ts';

/** For the foreign key that finds no organisation under the id that a request acts in. */
export function missingOrg(orgId: string): Failure {
  return new Failure('not_found', `There is no organisation "${orgId}".`);
}
