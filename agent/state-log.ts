import type { ObservedInstance } from '../contract/agent-protocol.ts';
import type { Log } from './log.ts';

/** One line for each instance whose state is another than before. Words of the container are not in it. */
export function logStateChanges(
  log: Log,
  before: readonly ObservedInstance[],
  after: readonly ObservedInstance[],
): void {
  const known = new Map(before.map((instance) => [keyOf(instance), instance]));
  for (const instance of after) {
    const old = known.get(keyOf(instance));
    known.delete(keyOf(instance));
    if (old?.state === instance.state && old.reason === instance.reason) continue;
    const { instance_id, generation, state, reason, restarts, exit } = instance;
    const fields = { instance: instance_id, generation, reason, restarts: restarts || null };
    const level =
      state === 'failed' || state === 'unhealthy' || state === 'restarting' ? 'warn' : 'info';
    log[level](state, { ...fields, exit_code: exit?.code });
  }
  for (const { instance_id, generation } of known.values()) {
    log.info('gone', { instance: instance_id, generation });
  }
}

function keyOf({ instance_id, generation }: ObservedInstance): string {
  return `${instance_id} ${generation}`;
}
