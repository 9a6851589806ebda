import type {
  ObservedInstance,
  ObservedState,
  SyncRequest,
} from '../../contract/agent-protocol.ts';
import { contentHash } from '../canonical-json.ts';

/** What a sync says of its host. */
export type Observation = NonNullable<SyncRequest['observed']>;

/** The same for two observations that differ in ages only. */
export function observedHash(desiredRevision: number, observation: Observation): string {
  const instances = observation.instances.map(
    ({ started_age_ms: _started, ready_age_ms: _ready, retry_in_ms: _retry, ...instance }) =>
      instance,
  );
  return contentHash({ desired_revision: desiredRevision, ...observation, instances });
}

/** Stages of a launch pass within milliseconds when nothing has to be fetched: two of them may be told in one sync. */
const isStage: Record<ObservedState, boolean> = {
  queued: true,
  pulling: true,
  downloading: true,
  starting: true,
  running: false,
  unhealthy: false,
  restarting: false,
  stopping: true,
  failed: false,
};

/** How soon the control plane should hear of the difference: `soon` leaves time for a second change. */
export function urgencyOf(before: Observation, after: Observation): 'soon' | 'now' {
  const known = new Map(before.instances.map((instance) => [keyOf(instance), instance]));
  const news = after.instances.some((instance) => {
    const old = known.get(keyOf(instance));
    return !isStage[instance.state] && old?.state !== instance.state;
  });
  const present = new Set(after.instances.map(keyOf));
  const gone = before.instances.some((instance) => !present.has(keyOf(instance)));
  return news || gone || before.complete !== after.complete ? 'now' : 'soon';
}

function keyOf({ instance_id, generation }: ObservedInstance): string {
  return `${instance_id} ${generation}`;
}
