import type { LaunchSpec } from '../../contract/launch-spec.ts';
import type { Placement } from '../placement/model.ts';
import type { InstanceRecord } from './model.ts';

/** What an instance is given when it is placed. */
export interface Launch {
  placement: Placement;
  spec: LaunchSpec;
}

/** One change that `apply` makes; all of a plan are one write batch. */
export type Step =
  /** What the deployment names counts as used before it is placed, and without a replica too. */
  | { kind: 'use_backend' }
  | {
      kind: 'create';
      instanceId: string;
      launch: Launch | null;
      message: string;
      /** The instance that was given up for it. */
      replaces?: string;
    }
  /** A pending instance found a host. */
  | { kind: 'launch'; instanceId: string; generation: number; launch: Launch }
  /** It still has none; its message says why. */
  | { kind: 'explain'; instanceId: string; message: string }
  /** The same instance anew on its host; what it holds it keeps, but for a port that something foreign has. */
  | {
      kind: 'relaunch';
      instanceId: string;
      hostId: string;
      generation: number;
      barredPort: number | null;
      /** Its old container takes requests until then. */
      serves: boolean;
      message: string;
      launch: Launch;
    }
  | {
      kind: 'stop';
      instanceId: string;
      generation: number;
      hostId: string | null;
      message: string;
      /** Its host is silent: it ends when that is back. */
      givenUp: boolean;
    }
  /** Nothing of it is left anywhere. */
  | { kind: 'forget'; instanceId: string }
  /** It has waited too long: GPUs that come free on that host are kept for it. */
  | { kind: 'reserve'; instanceId: string; hostId: string; message: string }
  | { kind: 'end_reservation'; instanceId: string }
  /** Instances must be replaced although nobody changed the deployment: their host is being drained. */
  | { kind: 'begin_rollout' }
  /** All its instances are good; `goodRevision` is what a later change may fall back to. */
  | {
      kind: 'complete_rollout';
      goodRevision: number | null;
      /** Those that run, so that what else was used is used no more; null: it keeps what it uses. */
      versions: string[] | null;
      /** What there is to tell; null: nothing came of it that was not told already. */
      message: string | null;
    }
  /** The newest revision does not come up. */
  | { kind: 'give_up_rollout'; message: string }
  | { kind: 'delete_deployment' };

export function stopStep(
  { id, generation, hostId }: InstanceRecord,
  message = 'Its host is told to stop it.',
  givenUp = false,
): Step {
  return { kind: 'stop', instanceId: id, generation, hostId, message, givenUp };
}

/** A new message for an instance that waits; nothing when it says so already. */
export function explainStep({ id, message: before }: InstanceRecord, message: string): Step[] {
  return message === before ? [] : [{ kind: 'explain', instanceId: id, message }];
}

/** New instances that others overtook too often: they wait for the planner, who places one after another. */
export function waitingTheirTurn(steps: readonly Step[]): Step[] {
  const message = 'Other instances took the places that were found for it; it is placed next.';
  return steps.map((step) =>
    step.kind === 'create' && step.launch ? { ...step, launch: null, message } : step,
  );
}
