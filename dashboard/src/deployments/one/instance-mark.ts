import type { Event } from '../../../../contract/event.ts';
import type { Instance } from '../../../../contract/instance.ts';

/** Tells an instance from its siblings; the end of its id, which is random. */
export function markOf(id: string): string {
  return `#${id.slice(-4)}`;
}

/** Of which instance, and on which host, something happened: `#b0ac on gpu-1`. */
export function placeOf(
  { instance_id, host_id }: Event,
  instances: readonly Pick<Instance, 'host_id' | 'host_name'>[],
  hosts: readonly { id: string; name: string }[],
): string {
  const host =
    hosts.find(({ id }) => id === host_id)?.name ??
    instances.find((one) => one.host_id !== null && one.host_id === host_id)?.host_name;
  const mark = instance_id === null ? '' : markOf(instance_id);
  return [mark, host ?? ''].filter((text) => text !== '').join(' on ');
}
