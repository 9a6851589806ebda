import type { Client } from '@libsql/client';
import { drizzle } from 'drizzle-orm/libsql';
import { Failure } from '../contract/failure.ts';
import { newId } from '../src/db/ids.ts';
import { plan } from '../src/deployments/rollout.ts';
import type { Step } from '../src/deployments/steps.ts';
import { readWorld } from '../src/deployments/world.ts';
import type { Census } from './census.ts';

/** Every kind of step of the planner, in the variants that matter. */
export const stepKinds = [
  'create: placed',
  'create: pending',
  'launch',
  'explain',
  'relaunch: in place',
  'relaunch: another port',
  'stop',
  'stop: pending',
  'stop: given up',
  'forget',
  'begin_rollout',
  'complete_rollout',
  'give_up_rollout',
  'delete_deployment',
];

/** Counts what a reconcile is about to do, as the database is now. */
export async function countSteps(
  census: Census,
  client: Client,
  deploymentId: string,
  now: number,
): Promise<void> {
  const world = await readWorld(drizzle(client), deploymentId, now);
  if (!world) return;
  try {
    for (const step of plan(world, () => newId('ins'))) census.count(`step: ${variantOf(step)}`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

function variantOf(step: Step): string {
  switch (step.kind) {
    case 'create':
      return step.launch ? 'create: placed' : 'create: pending';
    case 'relaunch':
      return step.barredPort === null ? 'relaunch: in place' : 'relaunch: another port';
    case 'stop':
      if (step.hostId === null) return 'stop: pending';
      return step.givenUp ? 'stop: given up' : 'stop';
    default:
      return step.kind;
  }
}
