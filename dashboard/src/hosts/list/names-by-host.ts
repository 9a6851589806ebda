import type { Deployment } from '../../../../contract/deployment.ts';

/** The names of the deployments that are placed on each host, in their order. A list tells of at most 10 hosts of each. */
export function namesByHost(deployments: readonly Deployment[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { name, status } of deployments) {
    for (const id of status.host_ids) names.set(id, [...(names.get(id) ?? []), name]);
  }
  for (const ofOne of names.values()) ofOne.sort((left, right) => left.localeCompare(right));
  return names;
}
