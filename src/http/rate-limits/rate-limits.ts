import type { MiddlewareHandler } from 'hono';
import { sha256 } from '../../tenancy/hash.ts';
import { bearerIn } from '../authenticate.ts';
import type { AppContext, AppEnv } from '../context.ts';
import type { Policy, Taken } from './bucket.ts';
import { type CredentialKind, Guesses, type Verdict } from './guesses.ts';
import { Quotas } from './quotas.ts';
import { perAccount, SignIns } from './sign-ins.ts';
import { limitHeader, policyHeader, TooManyRequests } from './too-many-requests.ts';

const windowSeconds = 60;

/**
 * The rate limits, each a middleware. What they count is in the memory of this isolate: another location, and one that
 * has just started, counts anew. A count that all locations share would cost each request a call to an object of its own.
 */
export function createRateLimits() {
  const guesses = new Guesses();
  const enrolments = new Quotas();
  const writes = new Quotas();
  const signIns = new SignIns();

  function spend(c: AppContext, quotas: Quotas, asked: readonly Asked[]): void {
    const limited = asked.filter(({ policy }) => policy.quota > 0);
    const used: { policy: Policy; taken: Taken }[] = [];
    for (const { policy, key, detail } of limited) {
      const taken = quotas.take(`${policy.name} ${key}`, policy, Date.now());
      used.push({ policy, taken });
      count(c, policy);
      if (!taken.admitted) throw new TooManyRequests(detail, policy, taken);
    }
    if (used.length === 0) return;
    c.header('ratelimit-policy', policyHeader(limited.map(({ policy }) => policy)));
    c.header('ratelimit', limitHeader(used));
  }

  return {
    /** Before whatever asks the database about the bearer of a request. */
    authentications(kind: CredentialKind): MiddlewareHandler<AppEnv> {
      return async function limitFailedAuthentications(c, next) {
        const bearer = bearerIn(c);
        if (bearer === undefined) return next();
        const policy = policyOf(
          'failed-authentication',
          c.var.settings.LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE,
        );
        const attempt = { kind, address: c.var.client, sha256: await sha256(bearer) };
        count(c, policy);
        const settle = guesses.admit(attempt, policy, Date.now());
        try {
          await next();
        } finally {
          settle(verdictOf(c), Date.now());
        }
      };
    },

    /** Where people sign in: the route asks `admitSignIn` once it knows whose account is tried. */
    signIns: async function limitSignIns(c, next) {
      const quota = c.var.settings.LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE;
      const perAddress = policyOf('sign-in-address', quota);
      c.set('admitSignIn', async (account) => {
        count(c, perAddress);
        // Who sets no limit on failures sets none on those of an account.
        const ofAccount: [Policy, string][] =
          account === null || quota === 0 ? [] : [[perAccount, await sha256(account)]];
        if (ofAccount.length > 0) count(c, perAccount);
        return signIns.admit([...ofAccount, [perAddress, c.var.client]], Date.now());
      });
      await next();
    } satisfies MiddlewareHandler<AppEnv>,

    enrolments: async function limitEnrolments(c, next) {
      const quota = c.var.settings.LIMIT_ENROLMENTS_PER_MINUTE;
      const asked: Asked[] = [
        {
          policy: policyOf('enrolment-address', quota),
          key: c.var.client,
          detail: 'Too many hosts enrol from this address.',
        },
      ];
      const bearer = bearerIn(c);
      if (bearer !== undefined) {
        const policy = policyOf('enrolment-token', quota);
        const detail = 'Too many hosts enrol with this token.';
        asked.push({ policy, key: await sha256(bearer), detail });
      }
      spend(c, enrolments, asked);
      await next();
    } satisfies MiddlewareHandler<AppEnv>,

    /** After `authenticate`. */
    writes: async function limitWrites(c, next) {
      if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
        const { settings, scope } = c.var;
        spend(c, writes, [
          {
            policy: policyOf('author', settings.LIMIT_WRITES_PER_AUTHOR_PER_MINUTE),
            key: `${scope.orgId} ${scope.author}`,
            detail: 'You change too much at once.',
          },
          {
            policy: policyOf('organisation', settings.LIMIT_WRITES_PER_ORGANISATION_PER_MINUTE),
            key: scope.orgId,
            detail: 'Too much is changed in this organisation at once.',
          },
        ]);
      }
      await next();
    } satisfies MiddlewareHandler<AppEnv>,
  };
}

interface Asked {
  policy: Policy;
  key: string;
  detail: string;
}

function policyOf(name: string, quota: number): Policy {
  return { name, quota, windowSeconds };
}

function count(c: AppContext, { name }: Policy): void {
  c.set('quotas', [...(c.var.quotas ?? []), name]);
}

function verdictOf(c: AppContext): Verdict {
  const { status } = c.res;
  if (status === 401) return 'refused';
  // A user is known by its scope, whatever came of the request; a host by an answer that is no problem.
  const isKnown = c.var.scope !== undefined || status < 400;
  return isKnown ? 'accepted' : 'undecided';
}
