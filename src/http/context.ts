import type { Context } from 'hono';
import type { AuditedKind } from '../../contract/audit.ts';
import type { ProblemCode } from '../../contract/problem.ts';
import type { Database } from '../db/client.ts';
import type { Meter } from '../db/meter.ts';
import type { Env } from '../env.ts';
import type { Place, Scope } from '../tenancy/scope.ts';
import type { KnownProvider } from '../tenancy/sign-in/known-provider.ts';
import type { AdmitSignIn } from './rate-limits/sign-ins.ts';
import type { WriteKind } from './rate-limits/write-kind.ts';
import type { Settings } from './settings.ts';

/** What the middleware sets for every request. */
export interface Variables {
  requestId: string;
  meter: Meter;
  /** Whom the client's address stands for; see rate-limits/address.ts. */
  client: string;
  settings: Settings;
  /** Set by the route. */
  operationId: string;
  database: Database;
  /** Set by `authenticate`, on user routes. */
  scope: Scope;
  /** Set with `scope`. */
  place: Place;
  /** What the request changes, if it succeeds, and in which organisations: those who watch are told. */
  touched: { orgId: string; kind: AuditedKind; id: string | null }[];
  /** Set on the routes of agents, once the host is known. */
  hostId: string;
  /** Set where the answer is a problem. */
  problemCode: ProblemCode;
  /** Set where people sign in; see rate-limits/sign-ins.ts. */
  admitSignIn: AdmitSignIn;
  /** Set on user routes; see rate-limits/write-kind.ts. @throws TooManyRequests */
  countWrite: (kind: WriteKind) => void;
  /** Set where people sign in. */
  knownProvider: KnownProvider;
  /** The names of the quotas that the request was counted in; the last may have refused it. */
  quotas: string[];
}

export interface AppEnv {
  Bindings: Env;
  Variables: Variables;
}

export type AppContext = Context<AppEnv>;
