import { createApp } from './app.ts';
import { openDatabase } from './db/client.ts';
import { newMeter } from './db/meter.ts';
import { readClockDuties } from './deployments/clock-duties.ts';
import { hostsFellSilent } from './deployments/hosts-fell-silent.ts';
import { createPlanner } from './deployments/planner.ts';
import { purge } from './deployments/purge.ts';
import { continueOrgRemoval } from './deployments/remove-org.ts';
import type { Env } from './env.ts';
import { hostsAreSuspect } from './hosts/hosts-are-suspect.ts';
import { settingsOf } from './http/settings.ts';
import { createHub } from './hub/hub.ts';
import { forgetOrg, hubOf, ringHosts } from './hub/ring.ts';
import type { Touched } from './hub/watchers.ts';
import { purgeAudit } from './tenancy/audit/purge.ts';
import { resealSecrets } from './tenancy/secrets/reseal.ts';
import { openVault } from './tenancy/secrets/vault.ts';

/** The entry of the control plane: it wires the hub to the rest, which knows nothing of it. */

function database(env: Env) {
  return openDatabase({
    url: env.DATABASE_URL,
    ...(env.DATABASE_AUTH_TOKEN ? { authToken: env.DATABASE_AUTH_TOKEN } : {}),
    meter: newMeter(),
  });
}

function touched(kind: Touched['kind'], id: string): Touched {
  return { kind, id };
}

export const Hub = createHub<Env>({
  hostsFellSilent: async (env, orgId, silent) => {
    const deployments = await hostsFellSilent(database(env), orgId, silent, Date.now());
    // Each is told when to replace what does not come back.
    await hubOf(env, orgId, 0).wake(orgId, { deployments, roomGrew: false });
    await hubOf(env, orgId, 0).tell([
      ...silent.map(({ hostId }) => touched('host', hostId)),
      ...deployments.map((id) => touched('deployment', id)),
    ]);
  },
  hostsAreSuspect: async (env, orgId, hostIds) => {
    await hostsAreSuspect(database(env), orgId, hostIds, Date.now());
    await hubOf(env, orgId, 0).tell(hostIds.map((id) => touched('host', id)));
  },
  planner: (env, orgId, tell) =>
    createPlanner({
      orgId,
      openDatabase: () => database(env),
      now: Date.now,
      done: ({ bells, steps }, deploymentId) => {
        if (steps.length > 0) {
          const hosts = bells.map(({ hostId }) => touched('host', hostId));
          tell([touched('deployment', deploymentId), ...hosts]);
        }
        return ringHosts(env, bells);
      },
    }),
});

/** While there is an older key: it can go when nothing is sealed with it any more, which the log tells. */
async function resealWithNewestKey(env: Env, isFullHour: boolean): Promise<void> {
  if (!env.SECRETS_KEY?.includes(',')) return;
  const progress = await resealSecrets(database(env), openVault(env.SECRETS_KEY));
  if (progress.resealed === 0 && !isFullHour) return;
  console.log(JSON.stringify({ level: 'info', message: 'secrets resealed', ...progress }));
}

async function purgeOldAudit(env: Env, now: number): Promise<void> {
  await purgeAudit(database(env), now, settingsOf(env).AUDIT_DAYS);
}

const app = createApp();

export default {
  fetch: app.fetch,

  /**
   * Once a minute, what a lost call has left undone: work goes to its hub again, hosts that hold less than they shall
   * are rung, and a tenth of the hubs is touched, so that one that lost its alarm has it back within ten minutes. While
   * keys are rotated, more secrets get the newest one. Once an hour what has had its time is taken away.
   */
  async scheduled(event, env) {
    const { unsettled, behind, hubs, deletingOrgs } = await readClockDuties(database(env));
    const orgIds = [...new Set(unsettled.map((row) => row.orgId))];
    const minute = Math.floor(event.scheduledTime / 60_000);
    // Side by side: what fails for one leaves the others alone, and is tried again in a minute.
    const results = await Promise.allSettled([
      ...orgIds.map((orgId) => {
        const rows = unsettled.filter((row) => row.orgId === orgId);
        const deployments = rows.map((row) => row.deploymentId);
        // Among them are those that wait for room: they are looked at in the order of their age.
        return hubOf(env, orgId, 0).wake(orgId, { deployments, roomGrew: true });
      }),
      ...hubs
        .filter((_, index) => index % 10 === minute % 10)
        .map(({ orgId, hub }) => hubOf(env, orgId, hub).poke(orgId)),
      ringHosts(env, behind),
      ...deletingOrgs.map((orgId) =>
        continueOrgRemoval(
          database(env),
          orgId,
          (hubs) => forgetOrg(env, orgId, hubs),
          event.scheduledTime,
        ),
      ),
      resealWithNewestKey(env, minute % 60 === 0),
      ...(minute % 60 === 0
        ? [purge(database(env), event.scheduledTime), purgeOldAudit(env, event.scheduledTime)]
        : []),
    ]);
    for (const result of results) {
      if (result.status === 'fulfilled') continue;
      const error = String(result.reason);
      console.error(JSON.stringify({ level: 'error', message: 'a clock duty failed', error }));
    }
  },
} satisfies ExportedHandler<Env>;
