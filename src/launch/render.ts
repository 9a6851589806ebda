import type { BackendDefinition } from '../../contract/backend.ts';
import type { DeploymentInput } from '../../contract/deployment.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import type { Preview, Warning } from '../../contract/preview.ts';
import { warnOfArguments } from './argument-warnings.ts';
import { scanCommand } from './argv.ts';
import { builtInValues, nulErrors, type Placement } from './built-ins.ts';
import { type FilledVariable, fillEnvironment, mergeEnvironment } from './environment.ts';
import { Findings } from './findings.ts';
import { placeModel } from './model-path.ts';
import { flattenParameter, formatParameters } from './parameters.ts';
import { nulIssues, type Scope, substitute, textOf, unknownSecretDetail } from './placeholders.ts';
import { newRoom, type Room } from './room.ts';
import {
  type ChosenVersion,
  commandText,
  entrypointText,
  healthPathText,
  type Located,
  parameterTexts,
  variablePointer,
} from './texts.ts';
import { namedVersion } from './versions.ts';

export { commandLine } from './quote.ts';

export interface RenderInput extends Placement {
  deployment: { id: string; revision: number; spec: DeploymentInput };
  /** Null: Custom mode. */
  backend: { definition: BackendDefinition; revision: number } | null;
  /** The chosen version's name; null in Custom mode. */
  version: string | null;
  instance: { id: string; generation: number };
  /** The secrets that the organisation has. */
  secretNames: ReadonlySet<string>;
}

export interface Rendered {
  launchSpec: LaunchSpec;
  warnings: Warning[];
  envSources: Preview['env_sources'];
}

/**
 * Makes the launch spec of one instance, with marks where secrets stand. The same input gives the same output.
 *
 * Throws `Failure` and nothing else: `unknown_version` when the backend lacks the version; `cannot_render` with an error
 * for everything that is wrong in any text, each with a stable `code` (see issue.ts; also `required`, `invalid_path`), the
 * column in the text, and a pointer into the deployment (`/run_command`, `/env/NAME`) or, where the text is the
 * backend's, below `/backend` (`/backend/version_configs/<version>/run_command`).
 */
export function render(input: RenderInput): Rendered {
  const { deployment, secretNames } = input;
  const { spec } = deployment;
  const findings = new Findings();
  const chosen = chosenVersion(input);
  const image = spec.image_name ?? chosen?.config.image_name ?? '';
  if (image === '') findings.addErrors([missingImage]);
  findings.addErrors(nulErrors(spec, image, input));
  const placed = placeModel(spec.model, input.host.model_path);
  findings.addErrors(placed.errors);
  const room = newRoom();
  checkTokenSecret(spec, secretNames, room, findings);

  const builtIns = builtInValues(spec, input, placed.path);
  const environment = fillEnvironment(
    mergeEnvironment({
      default: chosen?.definition.default_env,
      version: chosen?.config.env,
      deployment: spec.env,
    }),
    { text: 'variable', values: builtIns, secretNames },
    room,
  );
  reportEnvironment(environment, chosen, findings);
  const values = new Map<string, string | null>(
    environment.map(({ name, value }) => [name, value]),
  );
  for (const [name, value] of builtIns) values.set(name, value);
  const filling: Filling = { scope: { text: 'command', values, secretNames }, room, findings };

  const words = (text: Located) => splitText(text, filling);
  const entrypointFrom = entrypointText(spec, chosen);
  const commandFrom = commandText(spec, chosen);
  const parametersFrom = parameterTexts(spec, chosen);
  const entrypoint = entrypointFrom === null ? [] : words(entrypointFrom);
  const command = commandFrom === null ? [] : words(commandFrom);
  const parameters = formatParameters(
    parametersFrom.flatMap((text) => flattenText(text, filling)),
    chosen?.definition.parameter_format,
  );
  const args = [...command, ...parameters];
  const healthPath = fillHealthPath(healthPathText(spec, chosen), filling);
  const argumentsFrom = commandFrom ?? parametersFrom[0] ?? entrypointFrom;
  if (argumentsFrom) warnOfArguments(argumentsFrom.pointer, entrypoint, command, args, findings);
  findings.throwErrors();

  const launchSpec: LaunchSpec = {
    instance_id: input.instance.id,
    generation: input.instance.generation,
    deployment: { id: deployment.id, name: spec.name, revision: deployment.revision },
    backend:
      input.backend && chosen
        ? {
            backend_name: chosen.definition.backend_name,
            version: chosen.config.name,
            revision: input.backend.revision,
          }
        : null,
    image,
    image_pull_policy: spec.image_pull_policy,
    // To the engine an empty list is the image's own too; null says so.
    entrypoint: entrypoint.length === 0 ? null : entrypoint,
    args: args.length === 0 ? null : args,
    env: Object.fromEntries(environment.map(({ name, value }) => [name, value])),
    model: placed.model,
    gpu: input.gpu,
    network: spec.network,
    worker_ip: input.host.worker_ip,
    port: input.port,
    mounts: placed.mounts,
    shm_bytes: spec.shm_bytes,
    memory_bytes: spec.memory_bytes ?? null,
    cpus: spec.cpus ?? null,
    health: { ...spec.health, path: healthPath },
    stop_grace_seconds: spec.stop_grace_seconds,
  };
  return {
    launchSpec,
    warnings: findings.warnings,
    envSources: Object.fromEntries(environment.map(({ name, source }) => [name, source])),
  };
}

const missingImage = {
  pointer: '/image_name',
  code: 'required',
  detail: 'Name a backend in `backend_name`, or give the image to run in `image_name`.',
};

function chosenVersion({ backend, version }: RenderInput): ChosenVersion | null {
  if (backend === null) return null;
  const { definition } = backend;
  return { definition, config: namedVersion(version ?? '', definition) };
}

function checkTokenSecret(
  { model }: DeploymentInput,
  secretNames: ReadonlySet<string>,
  room: Room,
  findings: Findings,
): void {
  if (model.token_secret === undefined || secretNames.has(model.token_secret)) return;
  const detail = unknownSecretDetail(model.token_secret, secretNames, room);
  findings.addErrors([{ pointer: '/model/token_secret', code: 'unknown_secret', detail }]);
}

function reportEnvironment(
  environment: readonly FilledVariable[],
  chosen: ChosenVersion | null,
  findings: Findings,
): void {
  for (const { name, source, issues, unfilled } of environment) {
    const pointer = variablePointer(source, name, chosen);
    findings.addIssues(pointer, issues);
    for (const { detail } of unfilled) {
      findings.addWarning(pointer, 'unknown_placeholder_in_env', detail);
    }
  }
}

/** What the texts of one launch are filled from, and where it is told what is wrong with them. */
interface Filling {
  scope: Scope;
  room: Room;
  findings: Findings;
}

function splitText({ pointer, text }: Located, { scope, room, findings }: Filling): string[] {
  const { pieces, issues } = substitute(text, scope, room);
  const split = scanCommand(pieces, { operators: 'refuse' });
  findings.addIssues(pointer, [...issues, ...split.issues]);
  return split.words;
}

function flattenText({ pointer, text }: Located, { scope, room, findings }: Filling): string[] {
  const { pieces, issues } = substitute(text, scope, room);
  const flat = flattenParameter(pieces);
  findings.addIssues(pointer, [...issues, ...flat.issues]);
  return flat.words;
}

/** A host asks the health path itself, after it filled the container's secrets: none can stand here. */
function fillHealthPath({ pointer, text }: Located, { scope, room, findings }: Filling): string {
  const { pieces, issues } = substitute(text, scope, room);
  findings.addIssues(pointer, [...issues, ...nulIssues(pieces)]);
  const secret = pieces.find((piece) => piece.kind === 'secret');
  if (secret) {
    const detail = 'A secret cannot stand in the health path: it would show in logs.';
    findings.addIssues(pointer, [{ code: 'secret_not_allowed', detail, column: secret.column }]);
  }
  return textOf(pieces);
}
