import { type BackendDefinition, defaultHealthCheckPath } from '../../contract/backend.ts';
import type { DeploymentInput } from '../../contract/deployment.ts';
import { pointerTo } from '../../contract/json.ts';
import type { EnvironmentSource } from './environment.ts';
import type { Version } from './versions.ts';

/** A text, and where the user finds it: a JSON Pointer into the deployment, or into its backend under `/backend`. */
export interface Located {
  pointer: string;
  text: string;
}

/** A backend, and the version of it that is launched. */
export interface ChosenVersion {
  definition: BackendDefinition;
  config: Version;
}

/** The command that counts: the deployment's, else the version's, else the backend's. Null: the image's own. */
export function commandText(spec: DeploymentInput, chosen: ChosenVersion | null): Located | null {
  return first([
    [pointerTo('run_command'), spec.run_command],
    [versionPointer(chosen, 'run_command'), chosen?.config.run_command],
    [pointerTo('backend', 'default_run_command'), chosen?.definition.default_run_command],
  ]);
}

/** The entrypoint that counts: the deployment's, else the version's, else the backend's. Null: the image's own. */
export function entrypointText(
  spec: DeploymentInput,
  chosen: ChosenVersion | null,
): Located | null {
  return first([
    [pointerTo('entrypoint'), spec.entrypoint],
    [versionPointer(chosen, 'entrypoint'), chosen?.config.entrypoint],
    [pointerTo('backend', 'default_entrypoint'), chosen?.definition.default_entrypoint],
  ]);
}

/** The deployment's parameters, else the backend's default ones. An empty list of the deployment means none. */
export function parameterTexts(spec: DeploymentInput, chosen: ChosenVersion | null): Located[] {
  const own = spec.backend_parameters;
  if (own) return own.map((text, i) => ({ pointer: pointerTo('backend_parameters', i), text }));
  const byDefault = chosen?.definition.default_backend_param ?? [];
  return byDefault.map((text, index) => ({
    pointer: pointerTo('backend', 'default_backend_param', index),
    text,
  }));
}

export function healthPathText(spec: DeploymentInput, chosen: ChosenVersion | null): Located {
  return (
    first([
      [pointerTo('health', 'path'), spec.health.path],
      [pointerTo('backend', 'health_check_path'), chosen?.definition.health_check_path],
    ]) ?? { pointer: pointerTo('health', 'path'), text: defaultHealthCheckPath }
  );
}

/** Where the variable `name` is written. */
export function variablePointer(
  source: EnvironmentSource,
  name: string,
  chosen: ChosenVersion | null,
): string {
  switch (source) {
    case 'default':
      return pointerTo('backend', 'default_env', name);
    case 'version':
      return versionPointer(chosen, 'env', name);
    case 'deployment':
      return pointerTo('env', name);
  }
}

function versionPointer(chosen: ChosenVersion | null, ...steps: string[]): string {
  return pointerTo('backend', 'version_configs', chosen?.config.name ?? '', ...steps);
}

/** The first that is set. Blank text means "not set", as an empty one does in GPUStack. */
function first(texts: readonly (readonly [string, string | undefined])[]): Located | null {
  for (const [pointer, text] of texts) {
    if (text !== undefined && /[^ \t\r\n]/.test(text)) return { pointer, text };
  }
  return null;
}
