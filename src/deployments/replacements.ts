import type { InstanceRecord } from './model.ts';
import type { Step } from './steps.ts';

/** What the `index`-th of the instances says that stop for `good` ones: the latest of those came in its place. */
export function replacedMessage(
  good: readonly InstanceRecord[],
  index: number,
): string | undefined {
  const latestFirst = [...good].sort((left, right) => (right.readyAt ?? 0) - (left.readyAt ?? 0));
  const successor = latestFirst[index];
  return successor
    ? `${successor.id} (revision ${successor.deploymentRevision}) is ready in its place; its host is told to stop it.`
    : undefined;
}

/** Of what is given up and what is made in the same plan, each says which takes whose place. Pure. */
export function withReplacements(steps: readonly Step[]): Step[] {
  const lost = steps.flatMap((step) =>
    step.kind === 'stop' && step.givenUp ? [step.instanceId] : [],
  );
  const made = steps.flatMap((step) => (step.kind === 'create' ? [step.instanceId] : []));
  return steps.map((step) => {
    if (step.kind === 'stop' && step.givenUp) {
      const successor = made[lost.indexOf(step.instanceId)];
      return successor
        ? { ...step, message: `${step.message} ${successor} takes its place.` }
        : step;
    }
    if (step.kind !== 'create') return step;
    const replaces = lost[made.indexOf(step.instanceId)];
    return replaces === undefined ? step : { ...step, replaces };
  });
}
