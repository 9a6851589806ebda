import type { MiddlewareHandler } from 'hono';
import { type Role, reaches } from '../../contract/access.ts';
import { Failure } from '../../contract/failure.ts';
import { orgHeader } from '../../contract/org.ts';
import { lacksRole } from '../tenancy/actor.ts';
import type { AppContext, AppEnv } from './context.ts';

/** What a route asks of whoever calls it. */
export interface Demand {
  /** Those pass whose role is this or above it. */
  role: Role;
  /** It acts in an organisation: not on what is the caller's own wherever they belong, nor above all organisations. */
  inOrg: boolean;
  changes: boolean;
}

/** Lets those pass of whom `demand` holds. It goes before all that looks at the request. */
export function demand({ role, inOrg, changes }: Demand): MiddlewareHandler<AppEnv> {
  return async function mayCall(c, next) {
    const { actor } = c.var.scope;
    if (inOrg) demandOrg(c, changes);
    if (!reaches(actor.role, role)) throw new Failure('forbidden', lacksRole(actor, role));
    await next();
  };
}

/** @throws Failure `no_organisation`, `organisation_required` */
function demandOrg({ var: { place, scope } }: AppContext, changes: boolean): void {
  if (place === 'nowhere') {
    const email = scope.actor.kind === 'person' ? scope.actor.email : scope.author;
    throw new Failure('no_organisation', `${email} is a member of no organisation.`);
  }
  if (place === 'one_of_several' && changes) {
    const detail = 'You are in several organisations: name the one that this change is of.';
    throw new Failure('organisation_required', detail, [
      { pointer: orgHeader, code: 'required', detail: 'Send the id of one of your organisations.' },
    ]);
  }
}
