import type { InstanceState } from './instance.ts';

/** An instance has a host, and does not run yet. Apart from the schemas, which pages do not load for it. */
export const comingStates: ReadonlySet<InstanceState> = new Set([
  'queued',
  'pulling',
  'downloading',
  'starting',
]);
