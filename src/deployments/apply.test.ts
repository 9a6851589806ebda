import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { DeploymentInput } from '../../contract/deployment.ts';
import type { InstanceState } from '../../contract/instance.ts';
import { inventoryWith } from '../../test/support/fake-agent.ts';
import { newMemoryDatabase } from '../../test/support/memory-database.ts';
import { LostRace } from '../db/batch.ts';
import { hosts, instances } from '../db/schema/index.ts';
import { platformAdministrator } from '../tenancy/actor.ts';
import { apply } from './apply.ts';
import { createDeployment } from './create.ts';
import { stopStep } from './steps.ts';
import { readWorld } from './world.ts';

const orgId = 'org_default';

/** One instance that starts on a host, and a plan to stop it that was made then. */
async function planToStopWhatStarts() {
  const { database } = await newMemoryDatabase();
  const host = { id: 'host', orgId, name: 'host', labels: {}, installId: 'i', secretHash: 's' };
  const times = { statusChangedAt: 0, createdAt: 0 };
  await database
    .insert(hosts)
    .values({ ...host, ...times, hub: 0, status: 'online', inventory: inventoryWith({}) });
  const input = DeploymentInput.parse({ name: 'a', image_name: 'i', run_command: 'serve' });
  const scope = {
    database,
    orgId,
    actor: platformAdministrator,
    author: 'test',
    now: 1,
    receipt: () => [],
    audit: () => [],
  };
  const { deploymentId } = await createDeployment(scope, input);
  const world = await readWorld(database, deploymentId, 2);
  const [instance] = world?.instances ?? [];
  if (!world || !instance?.hostId) throw new Error('it was not placed');
  return {
    becomes: (state: InstanceState) =>
      database.update(instances).set({ state }).where(eq(instances.id, instance.id)),
    write: (deleting = false) =>
      apply(
        database,
        { ...world, deployment: { ...world.deployment, deleting } },
        [stopStep(instance)],
        { before: [], after: [] },
      ),
    state: async () => (await database.select().from(instances))[0]?.state,
  };
}

test('what was not ready when it was planned to go stays, when it has come up since', async () => {
  const { becomes, write, state } = await planToStopWhatStarts();
  await becomes('running');
  await expect(write()).rejects.toThrow(LostRace);
  expect(await state()).toBe('running');
});

test('it goes while it is not ready, whatever else its host says of it, and with its deployment', async () => {
  const starting = await planToStopWhatStarts();
  await starting.becomes('starting');
  await starting.write();
  expect(await starting.state()).toBe('stopping');
  const ready = await planToStopWhatStarts();
  await ready.becomes('running');
  await ready.write(true);
  expect(await ready.state()).toBe('stopping');
});
