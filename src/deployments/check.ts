import { Failure } from '../../contract/failure.ts';
import { render } from '../launch/render.ts';
import { isCustom, planVersions, type VersionPlan } from '../launch/versions.ts';
import type { World } from './model.ts';
import { secretsNeededBy } from './secret-uses.ts';

/** The versions that a deployment may run, in order, and its GPUs. @throws Failure as `planVersions`, `unknown_backend` */
export function versionsFor(
  { deployment, backend, hosts }: Pick<World, 'deployment' | 'backend' | 'hosts'>,
  acceleratorFrameworks: ReadonlySet<string> = acceleratorsOf(hosts),
): VersionPlan {
  const { gpuCount } = deployment;
  // Decided once for each revision: what waits for a GPU does not slide to a CPU.
  const spec =
    deployment.spec.gpu || gpuCount === null
      ? deployment.spec
      : { ...deployment.spec, gpu: { count: gpuCount } };
  if (!backend && !isCustom(spec)) throw unknownBackend(spec.backend_name ?? '');
  return planVersions({ spec, definition: backend?.definition ?? null, acceleratorFrameworks });
}

/** Frameworks of the GPUs that any host has. */
export function acceleratorsOf(hosts: World['hosts']): Set<string> {
  return new Set(hosts.flatMap((host) => host.gpus.map((gpu) => gpu.framework)));
}

/**
 * Refuses what can never run, also while no host has room for it: renders the deployment for a host that does not
 * exist, with each version that it may get.
 * @returns the names of the secrets that it needs
 * @throws Failure as `versionsFor` and `render`, `too_many_gpus` when it asks for more than any host has
 */
export function checkDeployable(world: World): Set<string> {
  const { deployment, backend, hosts } = world;
  const { candidates, gpuCount } = versionsFor(world);
  checkGpuCount(gpuCount, hosts);
  const indexes = Array.from({ length: gpuCount }, (_, index) => index);
  const secrets = new Set<string>();
  for (const { version, framework } of candidates) {
    const { launchSpec } = render({
      deployment: { id: deployment.id, revision: deployment.revision, spec: deployment.spec },
      backend: backend && { definition: backend.definition, revision: backend.revision },
      version,
      instance: { id: 'ins_preview', generation: 1 },
      host: { worker_ip: '127.0.0.1' },
      port: 1,
      gpu: gpuCount > 0 ? { framework: framework ?? '', uuids: [], indexes } : null,
      secretNames: world.secretNames,
    });
    for (const name of secretsNeededBy(launchSpec)) secrets.add(name);
  }
  return secrets;
}

/** An instance runs on one host. While no host has a GPU at all, it waits for one instead. */
export function checkGpuCount(gpuCount: number, hosts: World['hosts']): void {
  const most = Math.max(0, ...hosts.map((host) => host.gpus.length));
  if (most === 0 || gpuCount <= most) return;
  const detail = `It asks for ${gpuCount} GPUs, and the largest host has ${most}. An instance does not run over several hosts.`;
  throw new Failure('too_many_gpus', detail, [
    { pointer: '/gpu/count', code: 'too_many_gpus', detail },
  ]);
}

function unknownBackend(name: string): Failure {
  return new Failure('unknown_backend', `There is no backend "${name}".`, [
    {
      pointer: '/backend_name',
      code: 'unknown_backend',
      detail:
        'Import the backend first, enable it from the catalogue, or give the deployment an image_name of its own and no backend.',
    },
  ]);
}
