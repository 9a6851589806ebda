import { builtInNamed } from '../backends/catalogue.ts';
import { newBackend } from '../backends/create.ts';
import { nameKeyOf } from '../backends/model.ts';
import { guard, type Statement, write } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { tidyTimelines } from '../db/timelines.ts';
import { bumpDesiredRevision, selectBells } from '../hosts/store/hosts.ts';
import { isReady, type World } from './model.ts';
import { statementsOf } from './step-statements.ts';
import type { Step } from './steps.ts';
import { newestLine } from './store/events.ts';
import { noneIsReady } from './store/instances.ts';

/** A host whose desired set changed, and the revision that its doorbell says. */
export interface Bell {
  orgId: string;
  hostId: string;
  hub: number;
  revision: number;
}

/**
 * Writes `steps`, with `around` before and after them, as one batch.
 * @returns the hosts to ring
 * @throws LostRace when a claim was taken or a host left meanwhile: read the world again and plan anew
 */
export async function apply(
  database: Database,
  world: World,
  steps: readonly Step[],
  around: { before: Statement[]; after: Statement[] },
): Promise<Bell[]> {
  const touched = touchBackend(database, world, steps);
  const statements = [
    ...touched.statements,
    ...steps.flatMap((step) => statementsOf(database, touched.world, step)),
  ];
  const hostIds = [...new Set(steps.flatMap(changedHost))];
  const bumps = hostIds.map((id): Statement => ({ query: bumpDesiredRevision(database, id) }));
  const tidy = { query: tidyTimelines(database, newestLine(world.deployment.id)) };
  // The bumps come first: a launch that is withdrawn notes the revision that is without it.
  const batch = [
    ...around.before,
    ...stayUnready(database, world, steps),
    ...bumps,
    ...statements,
    ...around.after,
    tidy,
  ];
  if (hostIds.length === 0) {
    await write(database, batch);
    return [];
  }
  return write(database, batch, selectBells(database, hostIds));
}

/**
 * What was not ready when the plan was made is taken down as freely as if it served nobody: all of it at once. One that
 * has come up since then makes the plan lose its race.
 */
function stayUnready(database: Database, world: World, steps: readonly Step[]): Statement[] {
  const { deployment, instances } = world;
  if (deployment.deleting || deployment.stopped) return [];
  const unready = new Set(instances.filter((one) => !isReady(one)).map(({ id }) => id));
  const ids = steps.flatMap((step) =>
    (step.kind === 'stop' || step.kind === 'relaunch') && unready.has(step.instanceId)
      ? [step.instanceId]
      : [],
  );
  return ids.length > 0 ? [guard(database, noneIsReady(ids))] : [];
}

/**
 * A built-in backend that the organisation uses for the first time gets a row, so that it can say who uses it. A
 * concurrent first user loses the race.
 */
function touchBackend(
  database: Database,
  world: World,
  steps: readonly Step[],
): { world: World; statements: Statement[] } {
  const { backend, deployment, now } = world;
  const isUsed = steps.some(({ kind }) =>
    ['use_backend', 'create', 'launch', 'relaunch'].includes(kind),
  );
  const shipped = builtInNamed(nameKeyOf(backend?.backendName ?? ''));
  if (!backend || backend.id !== null || !isUsed || !shipped) return { world, statements: [] };
  const scope = { database, orgId: deployment.orgId, author: 'system', now };
  const { record, statements } = newBackend(scope, backend.definition, shipped);
  return {
    world: { ...world, backend: record },
    statements: statements.map(({ query }) => ({ query })),
  };
}

function changedHost(step: Step): string[] {
  switch (step.kind) {
    case 'create':
      return step.launch ? [step.launch.placement.hostId] : [];
    case 'launch':
      return [step.launch.placement.hostId];
    case 'relaunch':
      return [step.hostId];
    case 'stop':
      return step.hostId === null ? [] : [step.hostId];
    case 'use_backend':
    case 'explain':
    case 'forget':
    case 'reserve':
    case 'end_reservation':
    case 'begin_rollout':
    case 'complete_rollout':
    case 'give_up_rollout':
    case 'delete_deployment':
      return [];
  }
}
