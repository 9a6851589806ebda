import type { Step } from '../src/deployments/steps.ts';
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
  'reserve',
];

/** Counts what a reconcile has done. */
export function countSteps(census: Census, steps: readonly Step[]): void {
  for (const step of steps) census.count(`step: ${variantOf(step)}`);
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
