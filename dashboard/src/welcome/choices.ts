import type { Backend, CatalogueItem } from '../../../contract/backend.ts';
import type { Host } from '../../../contract/host.ts';
import { whyNoHost } from '../deployments/form/version-choices.ts';

type Hosts = readonly Pick<Host, 'inventory'>[];

/** A backend that is there or ships, and what of the hosts it can run on. */
export interface Choice {
  name: string;
  source: Backend['source'];
  description: string | null;
  icon: string | null;
  /** False: a community backend that must be enabled first. */
  isEnabled: boolean;
  /** Frameworks of its versions that a host can run, sorted. */
  runsOn: string[];
  /** Why no host can run it; null: one can. */
  why: string | null;
  /** Whether its commands name a model's files; if not, it brings what it serves. */
  takesModel: boolean;
}

/** The first is the one to begin with; those that no host can run come last. */
export function choicesOf(
  backends: readonly Backend[],
  community: readonly CatalogueItem[],
  hosts: Hosts,
): Choice[] {
  const all = [
    ...backends.map((backend) => toChoice(backend, true, hosts)),
    ...community.filter(({ enabled }) => !enabled).map((item) => toChoice(item, false, hosts)),
  ];
  return all.sort((a, b) => rankOf(a) - rankOf(b) || a.name.localeCompare(b.name));
}

function toChoice(backend: Backend | CatalogueItem, isEnabled: boolean, hosts: Hosts): Choice {
  const versions = Object.values(backend.version_configs).filter(({ deprecated }) => !deprecated);
  const found = versions.map((version) => ({ version, why: whyNoHost(version, hosts) }));
  const able = found.filter(({ why }) => why === null);
  const runsOn = new Set(able.map(({ version }) => version.custom_framework));
  const whys = [...new Set(found.flatMap(({ why }) => why ?? []))];
  const commands = [
    backend.default_run_command,
    backend.default_entrypoint,
    ...(backend.default_backend_param ?? []),
    ...versions.flatMap(({ run_command, entrypoint }) => [run_command, entrypoint]),
  ];
  return {
    name: backend.backend_name,
    source: backend.source,
    description: backend.description ?? null,
    icon: backend.icon ?? null,
    isEnabled,
    runsOn: [...runsOn].sort(),
    why: able.length > 0 ? null : whys.join('; ') || 'all its versions are deprecated',
    takesModel: commands.some((command) => command?.includes('model_path')),
  };
}

/** One's own is what one came with; then what makes the most of the hosts; then what begins with the least. */
function rankOf({ name, source, why, runsOn, isEnabled }: Choice): number {
  if (why !== null) return 9;
  if (source === 'custom') return 0;
  const usesGpus = runsOn.some((framework) => framework !== 'cpu');
  if (source === 'built_in' && usesGpus) return name === 'vLLM' ? 1 : 2;
  if (name === 'llama.cpp') return 3;
  return isEnabled ? 4 : 5;
}
