import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { newMemoryDatabase } from '../../test/support/memory-database.ts';
import { hosts, orgs } from '../db/schema/index.ts';
import { readClockDuties } from './clock-duties.ts';
import { hostsFellSilent } from './hosts-fell-silent.ts';
import { releaseReplacement } from './release-replacement.ts';

const start = 1_000_000_000;

/** An organisation with hosts that are online, and `neverHeard` that were enrolled just now. */
async function orgWith(online: number, neverHeard = 0) {
  const { database } = await newMemoryDatabase();
  await database.insert(orgs).values({ id: 'o', name: 'o', createdAt: 0 });
  const ids = Array.from({ length: online + neverHeard }, (_, index) => `h${index}`);
  await database.insert(hosts).values(
    ids.map((id, index) => ({
      id,
      orgId: 'o',
      name: id,
      labels: {},
      installId: id,
      secretHash: id,
      hub: 0,
      status: index < online ? ('online' as const) : ('offline' as const),
      statusChangedAt: start,
      createdAt: 0,
    })),
  );
  return {
    fallSilent: (silent: string[], now = start) =>
      hostsFellSilent(
        database,
        'o',
        silent.map((hostId) => ({ hostId, seenAt: now - 21_000 })),
        now,
      ),
    comeBack: async (id: string) => {
      await database.update(hosts).set({ status: 'online' }).where(eq(hosts.id, id));
    },
    clock: () => readClockDuties(database),
    releaseAt: (now: number) => releaseReplacement({ database, now, audit: () => [] }, 'o'),
    heldAt: async () =>
      (await database.select().from(orgs).where(eq(orgs.id, 'o')))[0]?.replacementHeldAt,
    host: async (id: string) => (await database.select().from(hosts).where(eq(hosts.id, id)))[0],
  };
}

test('a host that falls silent is offline, and when it was last heard is known', async () => {
  const org = await orgWith(3);
  await org.fallSilent(['h1']);
  expect(await org.host('h1')).toMatchObject({ status: 'offline', lastSeenAt: start - 21_000 });
  expect(await org.host('h0')).toMatchObject({ status: 'online', lastSeenAt: null });
  expect(await org.heldAt()).toBe(null);
});

test('when more than half fall silent within a minute nothing is replaced until half of them are back', async () => {
  const org = await orgWith(4);
  await org.fallSilent(['h0', 'h1']);
  expect(await org.heldAt()).toBe(null);
  await org.fallSilent(['h2'], start + 50_000);
  expect(await org.heldAt()).toBe(start + 50_000);
  await org.fallSilent(['h3'], start + 55_000);
  await org.comeBack('h0');
  await org.clock();
  expect(await org.heldAt()).toBe(start + 50_000);
  await org.comeBack('h3');
  await org.clock();
  expect(await org.heldAt()).toBe(null);
});

test('hosts that fall silent one after the other are replaced', async () => {
  const org = await orgWith(4);
  await org.fallSilent(['h0'], start);
  await org.fallSilent(['h1'], start + 70_000);
  await org.fallSilent(['h2'], start + 140_000);
  // Of the two that were left a minute ago one is silent.
  expect(await org.heldAt()).toBe(null);
});

test('the only host of an organisation holds nothing back, nor do hosts that never spoke', async () => {
  const only = await orgWith(1);
  await only.fallSilent(['h0']);
  expect(await only.heldAt()).toBe(null);
  const joined = await orgWith(3, 5);
  await joined.fallSilent(['h0']);
  expect(await joined.heldAt()).toBe(null);
});

test('a person ends the hold; hosts that are silent already do not bring it back, those to come may', async () => {
  const org = await orgWith(6);
  await org.fallSilent(['h0', 'h1', 'h2', 'h3']);
  expect(await org.heldAt()).toBe(start);
  const released = await org.releaseAt(start + 20_000);
  expect(released.org.replacement_held_at).toBe(null);
  expect(await org.heldAt()).toBe(null);
  await org.fallSilent(['h4'], start + 30_000);
  // Of the two that were left when the person spoke one is silent.
  expect(await org.heldAt()).toBe(null);
  await org.fallSilent(['h5'], start + 40_000);
  expect(await org.heldAt()).toBe(start + 40_000);
});
