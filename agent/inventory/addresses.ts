import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** Bridges between containers of this machine: nobody else reaches it there. */
const containerBridge = /^(docker|br-|veth|virbr|cni|podman)/;

/** The addresses that other machines may reach this one at: IPv4 first, in the order of the interfaces. */
export function hostAddresses(
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string[] {
  const found = Object.entries(interfaces)
    .filter(([name]) => !containerBridge.test(name))
    .flatMap(([, list]) => list ?? [])
    .filter(({ internal, address }) => !internal && !/^fe80:/i.test(address));
  const of = (family: string) =>
    found.filter((entry) => entry.family === family).map(({ address }) => address);
  return [...new Set([...of('IPv4'), ...of('IPv6')])].slice(0, 32);
}
