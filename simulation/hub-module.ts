import { register } from 'node:module';
import { resolve } from 'node:path';
import type { SilentHost } from '../src/hub/liveness.ts';
import type { Planner, Work } from '../src/hub/work-queue.ts';
import type { LinkSocket } from './borrowed-globals.ts';

/** What src/hub/hub.ts asks of the rest of the control plane. Typed anew: its file is typed for workerd alone. */
export interface HubDuties {
  hostsFellSilent(env: unknown, orgId: string, silent: SilentHost[]): Promise<void>;
  hostsAreSuspect(env: unknown, orgId: string, hostIds: string[]): Promise<void>;
  planner(env: unknown, orgId: string): Planner;
}

/** What the simulation calls of the hub. */
export interface HubObject {
  fetch(request: { headers: Headers }): Promise<{ status: number; webSocket: LinkSocket | null }>;
  ring(orgId: string, bells: { hostId: string; revision: number }[]): Promise<void>;
  seen(orgId: string, hostId: string, heldRevision: number): Promise<void>;
  wake(orgId: string, work: Work): Promise<void>;
  forget(orgId: string, hostId: string): Promise<void>;
  hangUp(orgId: string, hostId: string): Promise<void>;
  poke(orgId: string): Promise<void>;
  alarm(): Promise<void>;
  webSocketClose(socket: LinkSocket, code: number): Promise<void>;
}

export type HubClass = new (state: unknown, env: unknown) => HubObject;

const inTheirPlace = `
export async function resolve(specifier, context, next) {
  const place = ${JSON.stringify(new URL('./durable-object.ts', import.meta.url).href)};
  return next(specifier === 'cloudflare:workers' ? place : specifier, context);
}`;

/** The hub's own class, on a stand-in for its base. */
export async function loadHub(): Promise<(duties: HubDuties) => HubClass> {
  // Under vitest, which has no use of Node's hooks, its configuration does the same.
  if (!process.env.VITEST) {
    register(`data:text/javascript,${encodeURIComponent(inTheirPlace)}`);
  }
  // Not a literal, so that the compiler does not read a file that needs the types of workerd.
  const path = resolve(import.meta.dirname, '../src/hub/hub.ts');
  const { createHub } = await import(/* @vite-ignore */ path);
  return createHub;
}
