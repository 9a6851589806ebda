import type { DeploymentInput } from '../../contract/deployment.ts';
import { Failure } from '../../contract/failure.ts';
import type { Preview, PreviewRequest, Warning } from '../../contract/preview.ts';
import { maskSecrets } from '../../contract/secret-mark.ts';
import { commandLine, type RenderInput, render } from '../launch/render.ts';
import { explain } from '../placement/explain.ts';
import { place } from '../placement/place.ts';
import type { Scope } from '../tenancy/scope.ts';
import { acceleratorsOf, checkGpuCount, versionsFor } from './check.ts';
import { newDeployment, newWorld, type World } from './model.ts';
import { placementRequest } from './placer.ts';
import { readSurroundings } from './world.ts';

/** Where a preview has put the deployment. */
interface Placed {
  input: Pick<RenderInput, 'version' | 'host' | 'port' | 'gpu'>;
  warnings: Warning[];
}

/** Stands in for what a preview is not told. */
const madeUp = { address: '127.0.0.1', port: 20_000 };

/**
 * What a deployment would launch, on a host that the caller plays or else where it would be placed now. Writes
 * nothing, in one database request.
 * @throws Failure exactly as making the deployment does
 */
export async function previewDeployment(scope: Scope, request: PreviewRequest): Promise<Preview> {
  const { database, orgId, now } = scope;
  const { host } = request;
  const spec: DeploymentInput = withGrant(request.deployment, host?.gpu_indexes);
  const surroundings = await readSurroundings(database, orgId, spec.backend_name, now);
  const deployment = newDeployment('dep_preview', orgId, spec, now);
  const world: World = newWorld(deployment, surroundings, now);
  const placed = host ? placeOnPlayed(world, host) : placeNow(world);
  const { launchSpec, warnings, envSources } = render({
    ...placed.input,
    deployment: { id: deployment.id, revision: 1, spec },
    backend: world.backend && {
      definition: world.backend.definition,
      revision: world.backend.revision,
    },
    instance: { id: 'ins_preview', generation: 1 },
    secretNames: world.secretNames,
  });
  return {
    launch_spec: maskSecrets(launchSpec),
    warnings: [...placed.warnings, ...warnings],
    env_sources: envSources,
    command_line: commandLine(launchSpec),
  };
}

/** GPUs that are granted decide what is asked for, where the deployment does not say. */
function withGrant(spec: DeploymentInput, indexes: readonly number[] | undefined): DeploymentInput {
  return spec.gpu || !indexes ? spec : { ...spec, gpu: { count: indexes.length } };
}

function placeOnPlayed(world: World, host: NonNullable<PreviewRequest['host']>): Placed {
  const { candidates, gpuCount, warnings } = versionsFor(world, playedAccelerators(world, host));
  const offered = host.frameworks;
  const offeredTo = candidates.filter(
    ({ framework }) =>
      framework === null || framework === 'cpu' || !offered || offered.includes(framework),
  );
  const { architecture } = host;
  const chosen = offeredTo.find(
    ({ architectures }) =>
      architectures === null || architecture === undefined || architectures.includes(architecture),
  );
  if (!chosen && offeredTo.length > 0) {
    const wanted = [...new Set(offeredTo.flatMap((one) => one.architectures ?? []))].join(', ');
    const detail = `The host is ${architecture}; the versions that fit the deployment need ${wanted}.`;
    throw new Failure('no_candidate_version', detail, [
      { pointer: '/host/architecture', code: 'no_candidate_version', detail },
    ]);
  }
  if (!chosen) {
    const wanted = [...new Set(candidates.map(({ framework }) => framework))].join(', ');
    const detail = `The host offers ${offered?.join(', ') || 'nothing'}; the versions that fit the deployment need ${wanted}.`;
    throw new Failure('no_candidate_version', detail, [
      { pointer: '/host/frameworks', code: 'no_candidate_version', detail },
    ]);
  }
  const indexes = host.gpu_indexes ?? Array.from({ length: gpuCount }, (_, index) => index);
  const framework = chosen.framework ?? offered?.find((one) => one !== 'cpu') ?? 'cuda';
  return {
    input: {
      version: chosen.version,
      host: {
        worker_ip: host.worker_ip ?? madeUp.address,
        ...(host.model_path === undefined ? {} : { model_path: host.model_path }),
      },
      port: host.port ?? madeUp.port,
      gpu:
        gpuCount > 0 ? { framework, uuids: indexes.map((index) => `GPU-${index}`), indexes } : null,
    },
    warnings,
  };
}

/** A host that says nothing of its frameworks offers those of the GPUs that it is granted: whatever the backend needs. */
function playedAccelerators(
  { backend, hosts }: World,
  host: NonNullable<PreviewRequest['host']>,
): Set<string> {
  if (host.frameworks) return new Set(host.frameworks.filter((one) => one !== 'cpu'));
  if (!host.gpu_indexes) return acceleratorsOf(hosts);
  if (host.gpu_indexes.length === 0) return new Set();
  const versions = Object.values(backend?.definition.version_configs ?? {});
  return new Set(versions.map((one) => one.custom_framework).filter((one) => one !== 'cpu'));
}

function placeNow(world: World): Placed {
  const versions = versionsFor(world);
  checkGpuCount(versions.gpuCount, world.hosts);
  const result = place(placementRequest(world.deployment.spec, versions), world.hosts);
  if (result.placement) {
    const { version, address, port, gpu } = result.placement;
    return {
      input: { version, host: { worker_ip: address }, port, gpu },
      warnings: versions.warnings,
    };
  }
  const [first] = versions.candidates;
  const indexes = Array.from({ length: versions.gpuCount }, (_, index) => index);
  const framework = first?.framework ?? 'cuda';
  return {
    input: {
      version: first?.version ?? null,
      host: { worker_ip: madeUp.address },
      port: madeUp.port,
      gpu:
        versions.gpuCount > 0
          ? { framework, uuids: indexes.map((index) => `GPU-${index}`), indexes }
          : null,
    },
    warnings: [
      ...versions.warnings,
      {
        pointer: '',
        code: 'no_host',
        detail: `It would be pending: ${explain(result.reasons).replace(/\.$/, '')}. Address, port and GPUs are made up.`,
      },
    ],
  };
}
