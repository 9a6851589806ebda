import type { Context } from 'hono';
import type { Database } from '../db/client.ts';
import type { Meter } from '../db/meter.ts';
import type { Env } from '../env.ts';
import type { Scope } from '../tenancy/scope.ts';

/** What the middleware sets for every request. */
export interface Variables {
  requestId: string;
  meter: Meter;
  /** Set by the route. */
  operationId: string;
  database: Database;
  /** Set by `authenticate`, on user routes. */
  scope: Scope;
}

export interface AppEnv {
  Bindings: Env;
  Variables: Variables;
}

export type AppContext = Context<AppEnv>;
