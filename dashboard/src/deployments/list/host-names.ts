import type { Deployment } from '../../../../contract/deployment.ts';
import type { Host } from '../../../../contract/host.ts';

/** Hosts by the address that their instances answer at, as far as it is the address of one host only. */
export function hostsByAddress(hosts: readonly Host[]): Map<string, Host | null> {
  const found = new Map<string, Host | null>();
  for (const host of hosts) {
    const address = host.inventory?.address;
    if (address) found.set(address, found.has(address) ? null : host);
  }
  return found;
}

/**
 * Where a deployment answers, each once: the name of the host, or its address where several hosts share it. From the
 * endpoints that the list has anyway, so that no deployment needs a request of its own.
 */
export function hostNamesOf(
  { status }: Deployment,
  hosts: ReadonlyMap<string, Host | null>,
): string[] {
  const names = status.endpoints.map(({ url }) => {
    const address = new URL(url).hostname.replace(/^\[|\]$/g, '');
    return hosts.get(address)?.name ?? address;
  });
  return [...new Set(names)];
}
