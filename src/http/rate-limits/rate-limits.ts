import type { MiddlewareHandler } from 'hono';
import { credentialOf } from '../../tenancy/actor.ts';
import { sha256 } from '../../tenancy/hash.ts';
import { bearerIn } from '../authenticate.ts';
import type { AppContext, AppEnv } from '../context.ts';
import { isSignedInFrom } from './at-home.ts';
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
  const providerCalls = new Quotas();
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

    /** Where people sign in, or prove who they are: the route asks `admitSignIn` once it knows whose account is tried. */
    signIns: async function limitSignIns(c, next) {
      const quota = c.var.settings.LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE;
      const perAddress = policyOf('sign-in-address', quota);
      c.set('admitSignIn', async (account) => {
        const [now, address] = [Date.now(), c.var.client];
        const attempt = {
          address,
          account: account === null ? null : await sha256(account),
          isAtHome: async () =>
            account !== null && (await isSignedInFrom(c.var.database, account, address, now)),
        };
        count(c, perAddress);
        try {
          return await signIns.admit(attempt, perAddress, now);
        } catch (error) {
          if (error instanceof TooManyRequests && error.policy === perAccount) count(c, perAccount);
          throw error;
        }
      });
      await next();
    } satisfies MiddlewareHandler<AppEnv>,

    /** What makes the control plane ask the identity provider: anybody may begin to sign in there. */
    providerCalls: async function limitProviderCalls(c, next) {
      const quota = c.var.settings.LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE;
      const detail = 'Too many sign-ins at the identity provider come from this address.';
      const key = `${c.req.path} ${c.var.client}`;
      spend(c, providerCalls, [{ policy: policyOf('sign-in-provider', quota), key, detail }]);
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

    /** After `authenticate`: a route counts what it does once it is known that its caller may; see count-write.ts. */
    writes: async function limitWrites(c, next) {
      const { settings, scope } = c.var;
      const ofAuthor = settings.LIMIT_WRITES_PER_AUTHOR_PER_MINUTE;
      const inOrg = (of: string) => `${scope.orgId} ${of}`;
      const author: Asked = {
        policy: policyOf('author', ofAuthor),
        key: inOrg(scope.author),
        detail: 'You change too much at once.',
      };
      const organisation: Asked = {
        policy: policyOf('organisation', settings.LIMIT_WRITES_PER_ORGANISATION_PER_MINUTE),
        key: scope.orgId,
        detail: 'Too much is changed in this organisation at once.',
      };
      const revocation: Asked = {
        policy: policyOf('revocation', ofAuthor),
        key: inOrg(credentialOf(scope.actor)),
        detail: 'You take too much away at once.',
      };
      c.set('countWrite', (kind) => {
        switch (kind) {
          case 'change':
            return spend(c, writes, [author, organisation]);
          case 'own':
            return spend(c, writes, [author]);
          case 'revocation':
            return spend(c, writes, [revocation]);
        }
      });
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
