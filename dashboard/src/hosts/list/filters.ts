import type { Host } from '../../../../contract/host.ts';
import { marksOf } from '../looks.ts';

export interface Filters {
  search: string;
  status: readonly string[];
  mark: readonly string[];
}

/** `search` is looked for in names, addresses, labels and GPUs, whatever the case; one of the marks is enough. */
export function filterHosts(hosts: readonly Host[], { search, status, mark }: Filters): Host[] {
  const wanted = search.trim().toLowerCase();
  return hosts.filter(
    (host) =>
      (status.length === 0 || status.includes(host.status)) &&
      (mark.length === 0 || marksOf(host).some((one) => mark.includes(one))) &&
      textsOf(host).some((text) => text.toLowerCase().includes(wanted)),
  );
}

function textsOf({ name, id, labels, inventory }: Host): string[] {
  return [
    name,
    id,
    ...Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    ...(inventory ? [inventory.address, inventory.hostname] : []),
    ...(inventory?.gpus.map((gpu) => gpu.name) ?? []),
  ];
}
