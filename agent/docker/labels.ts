/** Labels of our containers. A container without the first one, or with another host's id in it, is never touched. */
export const label = {
  host: 'dev.longshore.host',
  instance: 'dev.longshore.instance',
  generation: 'dev.longshore.generation',
  specHash: 'dev.longshore.spec-hash',
  deployment: 'dev.longshore.deployment',
  managed: 'dev.longshore.managed',
} as const;

/** The engine's table of names is the mutex: two containers for one (instance, generation) cannot be. */
export function containerName(instanceId: string, generation: number): string {
  return `longshore-${instanceId}-${generation}`;
}

export interface OwnLabels {
  instance_id: string;
  generation: number;
  spec_hash: string;
}

/** What the labels say, or null when the container is not this host's. */
export function readOwnLabels(
  labels: Readonly<Record<string, string>>,
  hostId: string,
): OwnLabels | null {
  const instance = labels[label.instance];
  const generation = Number(labels[label.generation]);
  const hash = labels[label.specHash];
  if (labels[label.host] !== hostId || !instance || hash === undefined) return null;
  if (!Number.isInteger(generation) || generation < 1) return null;
  return { instance_id: instance, generation, spec_hash: hash };
}
