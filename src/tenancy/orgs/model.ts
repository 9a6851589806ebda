import { Failure } from '../../../contract/failure.ts';
import type { Org, OrgChange, OrgLimits } from '../../../contract/org.ts';
import { toTime } from '../../db/time.ts';
import type { OrgRow } from './store.ts';

export function toOrg(row: OrgRow): Org {
  return {
    id: row.id,
    name: row.name,
    replacement_held_at: toTime(row.replacementHeldAt),
    limits: { hosts: row.maxHosts, deployments: row.maxDeployments, tokens: row.maxTokens },
    deleting_at: toTime(row.deletingAt),
    created_at: toTime(row.createdAt),
  };
}

/** What people decide of an organisation. */
export function decidedOf(row: OrgRow): Pick<Org, 'name' | 'limits'> {
  const { name, limits } = toOrg(row);
  return { name, limits };
}

/** The columns of the limits that are given. */
export function toColumns(limits: OrgChange['limits'] = {}): Partial<OrgRow> {
  const { hosts, deployments, tokens } = limits;
  return {
    ...(hosts === undefined ? {} : { maxHosts: hosts }),
    ...(deployments === undefined ? {} : { maxDeployments: deployments }),
    ...(tokens === undefined ? {} : { maxTokens: tokens }),
  };
}

/** For the guard that finds as many of something as the organisation may have. */
export function limitReached(what: keyof OrgLimits): Failure {
  const detail = `The organisation has as many ${what} as it may have: \`limits.${what}\` of GET /api/v1/orgs/{id} says how many.`;
  return new Failure('limit_reached', detail, [{ pointer: '', code: `limit_of_${what}`, detail }]);
}

export function nameTaken(name: string): Failure {
  return new Failure('name_taken', `There is an organisation "${name}" already.`, [
    { pointer: '/name', code: 'name_taken', detail: 'Choose another name.' },
  ]);
}
