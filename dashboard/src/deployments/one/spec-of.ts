import type { Deployment, DeploymentInput } from '../../../../contract/deployment.ts';

/** What a user wrote of a deployment. */
export function specOf(deployment: Deployment): DeploymentInput {
  const { id, revision, stopped, status, created_at, updated_at, ...spec } = deployment;
  return spec;
}
