/** Labels of our containers. A container without the first one, or with another host's id in it, is never touched. */
export const label = {
  host: 'dev.longshore.host',
  instance: 'dev.longshore.instance',
  generation: 'dev.longshore.generation',
  specHash: 'dev.longshore.spec-hash',
  desired: 'dev.longshore.desired',
  deployment: 'dev.longshore.deployment',
  managed: 'dev.longshore.managed',
} as const;

/** The engine's table of names is the mutex: two containers for one (instance, generation) cannot be. */
export function containerName(instanceId: string, generation: number): string {
  return `longshore-${instanceId}-${generation}`;
}

/** Which desired set a container was made for. */
export interface DesiredMark {
  era: string;
  revision: number;
}

export interface OwnLabels {
  instance_id: string;
  generation: number;
  spec_hash: string;
  /** Null: an older agent made it. */
  made_for: DesiredMark | null;
}

export function writeDesiredMark({ era, revision }: DesiredMark): string {
  return `${revision} ${era}`;
}

function readDesiredMark(text: string | undefined): DesiredMark | null {
  const [, revision, era] = /^(\d+) (.+)$/.exec(text ?? '') ?? [];
  return revision === undefined || era === undefined ? null : { era, revision: Number(revision) };
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
  const made_for = readDesiredMark(labels[label.desired]);
  return { instance_id: instance, generation, spec_hash: hash, made_for };
}
