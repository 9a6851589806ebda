export function registryPath(server: string): string {
  return `/v1/registries/${encodeURIComponent(server)}`;
}
