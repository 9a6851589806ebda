/*
 * Where what was made is, by its representation: as the route has just made it, or as it was kept to be given again.
 */

export function locationOfOrg({ id }: { id?: unknown }): string {
  return `/api/v1/orgs/${id}`;
}

export function locationOfBackend({ backend_name }: { backend_name?: unknown }): string {
  return `/api/v1/backends/${backend_name}`;
}

export function locationOfDeployment({ name }: { name?: unknown }): string {
  return `/api/v1/deployments/${name}`;
}
