import type { DeploymentInput } from '../../contract/deployment.ts';
import { type Difference, differences } from '../../contract/differences.ts';

/** What a change of does not concern the containers that run. */
const outsideTemplate = ['replicas', 'placement', 'rollout', 'replace_after_seconds'];

/** Where two revisions of a deployment differ, field by field. */
export function changesBetween(before: DeploymentInput, after: DeploymentInput): Difference[] {
  return differences(asJson(before), asJson(after));
}

/** Whether instances made of the revision before need not be replaced for these changes. Pure. */
export function keepsTemplate(changes: readonly Difference[]): boolean {
  return changes.every(({ pointer }) => outsideTemplate.includes(pointer.split('/')[1] ?? ''));
}

/** What runs as in `template`; how many, where, and how they are replaced is as in `newest`. */
export function withTemplateOf(
  template: DeploymentInput,
  { replicas, placement, rollout, replace_after_seconds }: DeploymentInput,
): DeploymentInput {
  return { ...template, replicas, placement, rollout, replace_after_seconds };
}

function asJson(spec: DeploymentInput) {
  return JSON.parse(JSON.stringify(spec));
}
