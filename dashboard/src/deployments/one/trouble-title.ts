import type { Instance } from '../../../../contract/instance.ts';

/** Stable words of agents for why an instance is not well (docs/operating.md), by what they begin with; the first counts. */
const titles: readonly [reasons: RegExp, title: string][] = [
  [/^(image|registry)_/, 'The image cannot be pulled'],
  [/^model_/, 'The model cannot be fetched'],
  [/^(gpu|policy|secret)_/, 'The host cannot give it what it needs'],
  [/^(unhealthy|start_timeout)$/, 'Failing its health check'],
  [/^(docker|create|start|port)_/, 'The host cannot start it'],
  [/^removed$/, 'Restarting: its container was removed'],
];

/** What is wrong with an instance that restarts or has failed, in a few words. */
export function troubleTitle({
  reason,
  state,
  restarts,
}: Pick<Instance, 'reason' | 'state' | 'restarts'>): string {
  const known = titles.find(([reasons]) => reasons.test(reason ?? ''))?.[1];
  if (known !== undefined) return known;
  if (state === 'failed') return 'Not running';
  return restarts > 1 ? 'Crash-looping' : 'Restarting';
}
