import type { BackendDefinition, VersionConfig } from '../../contract/backend.ts';
import type { DeploymentInput } from '../../contract/deployment.ts';
import { Failure } from '../../contract/failure.ts';
import type { Warning } from '../../contract/preview.ts';
import { ambiguities } from './ambiguity.ts';
import { nearest } from './suggest.ts';
import { compareVersions } from './version-order.ts';

export { compareVersions } from './version-order.ts';

export interface VersionCandidate {
  /** Null in Custom mode. */
  version: string | null;
  /** Null: fits any host (Custom mode). */
  framework: string | null;
  image: string;
  /** Of the hosts that can run the image; null: nobody said, so that any is tried. */
  architectures: readonly string[] | null;
}

export interface VersionPlan {
  /** In order: a host gets the first whose framework it offers. Never empty. */
  candidates: VersionCandidate[];
  /** GPUs that each instance is granted; with 0 every candidate runs on any host. */
  gpuCount: number;
  warnings: Warning[];
}

export interface VersionPlanInput {
  spec: DeploymentInput;
  /** Null in Custom mode. */
  definition: BackendDefinition | null;
  /** Frameworks of the GPUs that any host of the organisation has. */
  acceleratorFrameworks: ReadonlySet<string>;
}

export interface Version extends VersionConfig {
  name: string;
}

/** Whether a deployment brings its own image instead of naming a backend. */
export function isCustom(spec: DeploymentInput): boolean {
  return spec.backend_name === undefined || spec.backend_name.toLowerCase() === 'custom';
}

/**
 * Decides once per revision whether a deployment gets GPUs, and which versions may serve it in which order: the one
 * that it names; else `default_version`, then the greatest first, deprecated ones left out.
 *
 * Throws `Failure`: `unknown_version` (its `errors` list the versions), `no_candidate_version` (it says which frameworks
 * the backend has; in Custom mode that the image is missing), `unknown_backend` when a backend is named but not given.
 */
export function planVersions(input: VersionPlanInput): VersionPlan {
  const { spec, definition, acceleratorFrameworks } = input;
  if (isCustom(spec)) return planCustom(spec);
  if (definition === null) {
    const detail = `There is no backend named \`${spec.backend_name}\`.`;
    throw new Failure('unknown_backend', detail, [
      { pointer: '/backend_name', code: 'unknown_backend', detail },
    ]);
  }
  const versions = versionsOf(definition);
  if (spec.backend_version !== undefined) {
    return planNamed(spec, namedVersion(spec.backend_version, definition));
  }

  const usable = versions.filter((version) => version.deprecated !== true);
  const gpuCount = spec.gpu?.count ?? automaticGpuCount(usable, acceleratorFrameworks);
  const candidates = usable.filter((version) => needsGpu(version) === gpuCount > 0);
  if (candidates.length === 0) throw noCandidate(definition, versions, gpuCount);
  const byDefault = candidates.filter(({ name }) => name === definition.default_version);
  const byOrder = candidates.filter(({ name }) => name !== definition.default_version);
  return {
    candidates: [...byDefault, ...byOrder].map((version) => candidateOf(version, spec)),
    gpuCount,
    warnings: ambiguities(candidates, acceleratorFrameworks, byDefault[0]?.custom_framework),
  };
}

/** The version of `definition` that is named `name`. Throws `Failure('unknown_version')` with the names that it has. */
export function namedVersion(name: string, definition: BackendDefinition): Version {
  const versions = definition.version_configs;
  const config = Object.hasOwn(versions, name) ? versions[name] : undefined;
  if (config) return { name, ...config };
  const names = versionsOf(definition).map((version) => version.name);
  const close = nearest(name, names);
  const suggestion = close === null ? '' : ` Did you mean \`${close}\`?`;
  const detail = `The backend \`${definition.backend_name}\` has no version \`${name}\`.${suggestion}`;
  throw new Failure('unknown_version', detail, [
    {
      pointer: '/backend_version',
      code: 'unknown_version',
      detail: `Name one of ${listed(names)}, or leave it out.`,
    },
  ]);
}

/** The versions of a definition, the greatest first. */
function versionsOf(definition: BackendDefinition): Version[] {
  return Object.entries(definition.version_configs)
    .map(([name, config]) => ({ name, ...config }))
    .sort((a, b) => compareVersions(b.name, a.name));
}

function planCustom(spec: DeploymentInput): VersionPlan {
  const { image_name: image, backend_version: version } = spec;
  if (image === undefined) {
    const detail = 'Name a backend in `backend_name`, or give the image to run in `image_name`.';
    throw new Failure('no_candidate_version', detail, [
      { pointer: '/image_name', code: 'required', detail },
    ]);
  }
  const warnings: Warning[] = [];
  if (version !== undefined) {
    const detail = `\`backend_version\` is ignored: the deployment names no backend and runs \`${image}\`.`;
    warnings.push({ pointer: '/backend_version', code: 'version_ignored', detail });
  }
  return {
    candidates: [{ version: null, framework: null, image, architectures: null }],
    gpuCount: spec.gpu?.count ?? 0,
    warnings,
  };
}

function planNamed(spec: DeploymentInput, version: Version): VersionPlan {
  const gpuCount = spec.gpu?.count ?? (needsGpu(version) ? 1 : 0);
  if (needsGpu(version) !== gpuCount > 0) {
    const detail = needsGpu(version)
      ? `The version \`${version.name}\` is for ${version.custom_framework} and needs at least one GPU, but \`gpu.count\` is 0.`
      : `The version \`${version.name}\` is for cpu and gets no GPU, but \`gpu.count\` is ${gpuCount}.`;
    throw new Failure('no_candidate_version', detail, [
      { pointer: '/gpu/count', code: 'no_candidate_version', detail },
    ]);
  }
  const warnings: Warning[] = [];
  if (version.deprecated === true) {
    const detail = `The version \`${version.name}\` is deprecated.`;
    warnings.push({ pointer: '/backend_version', code: 'deprecated_version', detail });
  }
  return { candidates: [candidateOf(version, spec)], gpuCount, warnings };
}

/** One when a host has what some version can use, none when a version runs on the CPU, else one that is waited for. */
function automaticGpuCount(versions: readonly Version[], available: ReadonlySet<string>): number {
  const onGpu = versions.some((each) => needsGpu(each) && available.has(each.custom_framework));
  const onCpu = versions.some((each) => !needsGpu(each));
  return onGpu || !onCpu ? 1 : 0;
}

function noCandidate(
  definition: BackendDefinition,
  versions: readonly Version[],
  gpuCount: number,
): Failure {
  const frameworks = [...new Set(versions.map((version) => version.custom_framework))].sort();
  const allDeprecated = versions.every((version) => version.deprecated === true);
  const fitting = versions.filter((each) => allDeprecated || needsGpu(each) === gpuCount > 0);
  const kind = allDeprecated ? '' : gpuCount > 0 ? ' for GPUs' : ' for cpu';
  const has = `its versions are for ${frameworks.join(', ')}`;
  const detail =
    fitting.length === 0
      ? `The backend \`${definition.backend_name}\` has no version${kind}; ${has}.`
      : `Every version${kind} of the backend \`${definition.backend_name}\` is deprecated (${has}). Name one in \`backend_version\` to use it all the same: ${listed(fitting.map(({ name }) => name))}.`;
  const pointer = fitting.length === 0 ? '/gpu/count' : '/backend_version';
  return new Failure('no_candidate_version', detail, [
    { pointer, code: 'no_candidate_version', detail },
  ]);
}

function candidateOf(version: Version, spec: DeploymentInput): VersionCandidate {
  return {
    version: version.name,
    framework: version.custom_framework,
    image: spec.image_name ?? version.image_name,
    // What a version says is of its own image.
    architectures: spec.image_name === undefined ? (version.architectures ?? null) : null,
  };
}

function needsGpu(version: VersionConfig): boolean {
  return version.custom_framework !== 'cpu';
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
