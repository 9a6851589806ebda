import type { Backend, BackendVersion, VersionConfig } from '../../contract/backend.ts';
import { Failure } from '../../contract/failure.ts';
import { compareVersions } from '../launch/versions.ts';
import type { Scope } from '../tenancy/scope.ts';
import { changeBackend } from './change.ts';
import type { BackendRecord } from './model.ts';

/** The versions of a backend, greatest first, with who runs them. */
export function toVersions(record: BackendRecord, users: Backend['in_use_by']): BackendVersion[] {
  const { definition, builtInVersions } = record;
  return Object.entries(definition.version_configs)
    .sort(([left], [right]) => compareVersions(right, left))
    .map(([version, config]) => ({
      version,
      ...config,
      deprecated: config.deprecated ?? false,
      is_built_in: builtInVersions.includes(version),
      is_default: definition.default_version === version,
      in_use_by: users.filter((user) => user.version === version).map((user) => user.deployment),
    }));
}

/** @throws Failure `not_found` */
export function versionNamed(versions: readonly BackendVersion[], name: string): BackendVersion {
  const version = versions.find((one) => one.version === name);
  if (!version) throw noVersion(name);
  return version;
}

function noVersion(name: string): Failure {
  return new Failure('not_found', `The backend has no version "${name}".`);
}

/**
 * Adds a version to a backend, or changes the one of that name. `check` sees the revision and whether it is there.
 * @throws Failure as `changeBackend`
 */
export async function putVersion(
  scope: Scope,
  backendName: string,
  version: string,
  config: VersionConfig,
  check: (revision: number, exists: boolean) => void,
): Promise<{ backend: Backend; created: boolean }> {
  let created = false;
  const backend = await changeBackend(scope, backendName, ({ definition, revision }) => {
    created = !Object.hasOwn(definition.version_configs, version);
    check(revision, !created);
    return {
      definition: {
        ...definition,
        version_configs: { ...definition.version_configs, [version]: config },
      },
    };
  });
  return { backend, created };
}

/** Takes a version away that no deployment runs. @throws Failure as `changeBackend`, `not_found` */
export async function removeVersion(
  scope: Scope,
  backendName: string,
  version: string,
  check: (revision: number) => void,
): Promise<Backend> {
  return changeBackend(scope, backendName, ({ definition, revision }) => {
    check(revision);
    if (!Object.hasOwn(definition.version_configs, version)) throw noVersion(version);
    const { [version]: _gone, ...others } = definition.version_configs;
    if (Object.keys(others).length === 0) {
      throw new Failure(
        'invalid_definition',
        'A backend has at least one version; delete the backend to be rid of its last one.',
      );
    }
    const { default_version: defaultVersion, ...rest } = definition;
    const isDefault = defaultVersion === version;
    return {
      definition: {
        ...rest,
        // Nothing names it any more: the greatest version is taken then.
        ...(isDefault || defaultVersion === undefined ? {} : { default_version: defaultVersion }),
        version_configs: others,
      },
    };
  });
}
