import type { BackendVersion, VersionConfig } from '../../../../contract/backend.ts';
import type { Host } from '../../../../contract/host.ts';

export interface VersionChoice {
  version: string;
  framework: string;
  isDefault: boolean;
  isDeprecated: boolean;
  /** Why no host of the organisation can run it; null: one can. */
  why: string | null;
}

type Needs = Pick<VersionConfig, 'custom_framework' | 'architectures'>;

/** Versions in their order, each with whether any host can run it: what fits comes first. */
export function versionChoices(
  versions: readonly BackendVersion[],
  hosts: readonly Pick<Host, 'inventory'>[],
): VersionChoice[] {
  const choices = versions.map((version): VersionChoice => {
    const { custom_framework: framework, deprecated, is_default } = version;
    return {
      version: version.version,
      framework,
      isDefault: is_default,
      isDeprecated: deprecated,
      why: whyNoHost(version, hosts),
    };
  });
  return [
    ...choices.filter(({ why }) => why === null),
    ...choices.filter(({ why }) => why !== null),
  ];
}

/** Why none of the hosts can run it; null: one can. */
export function whyNoHost(
  { custom_framework: framework, architectures }: Needs,
  hosts: readonly Pick<Host, 'inventory'>[],
): string | null {
  const known = hosts.flatMap(({ inventory }) => inventory ?? []);
  if (known.length === 0) return 'no host is enrolled yet';
  const able = known.filter(
    ({ gpus }) => framework === 'cpu' || gpus.some((gpu) => gpu.framework === framework),
  );
  if (able.length === 0) return `no host has a ${framework} GPU`;
  if (
    !architectures ||
    able.some(({ architecture }) => architectures.some((one) => one === architecture))
  ) {
    return null;
  }
  return `no host that has ${framework} is ${architectures.join(' or ')}`;
}
