import type { Deployment } from '../../../contract/deployment.ts';
import type { Host } from '../../../contract/host.ts';
import type { Choice } from './choices.ts';
import type { StepState } from './step.tsx';

export const stepNames = ['host', 'backend', 'deployment', 'answer'] as const;
export type StepName = (typeof stepNames)[number];

/**
 * How far an organisation is on the way to a first answer. Each step is judged by what is there, in whatever order it
 * came. Requests do not pass through the control plane: whether somebody asked is not known.
 */
export function wayOf({
  hosts,
  chosen,
  deployment,
}: {
  hosts: readonly Host[];
  chosen: Choice | null;
  deployment: Deployment | null;
}): Record<StepName, StepState> {
  const done: Record<StepName, boolean> = {
    host: hosts.some(({ status, inventory }) => status !== 'offline' && inventory !== null),
    backend: deployment !== null || (chosen !== null && chosen.why === null && chosen.isEnabled),
    deployment: deployment !== null,
    answer: false,
  };
  const isReady = (deployment?.status.endpoints.length ?? 0) > 0;
  const next = stepNames.find((name) => !done[name]);
  const stateOf = (name: StepName): StepState =>
    done[name] ? 'done' : name === next ? 'current' : 'later';
  return {
    host: stateOf('host'),
    backend: stateOf('backend'),
    deployment: stateOf('deployment'),
    answer: isReady ? 'ready' : stateOf('answer'),
  };
}

/** The one to show: what serves as it should, else what answers at all, and the newest of them. What is leaving is none. */
export function shownDeployment(deployments: readonly Deployment[]): Deployment | null {
  const staying = deployments.filter(({ status }) => status.phase !== 'deleting');
  const answers = ({ status }: Deployment) =>
    status.endpoints.length === 0 ? 0 : status.phase === 'available' ? 2 : 1;
  const [first] = [...staying].sort(
    (a, b) => answers(b) - answers(a) || (a.created_at < b.created_at ? 1 : -1),
  );
  return first ?? null;
}
