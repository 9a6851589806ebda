import { createApp } from './app.ts';
import { openDatabase } from './db/client.ts';
import { newMeter } from './db/meter.ts';
import { hostsFellSilent } from './deployments/hosts-fell-silent.ts';
import { reconcile } from './deployments/reconcile.ts';
import { unsettledDeployments, waitingDeployments } from './deployments/unsettled.ts';
import type { Env } from './env.ts';
import { selectHubs } from './hosts/store.ts';
import { createHub } from './hub/hub.ts';
import { hubOf, ringHosts } from './hub/ring.ts';

/** The entry of the control plane: it wires the hub to the rest, which knows nothing of it. */

function database(env: Env) {
  return openDatabase({
    url: env.DATABASE_URL,
    ...(env.DATABASE_AUTH_TOKEN ? { authToken: env.DATABASE_AUTH_TOKEN } : {}),
    meter: newMeter(),
  });
}

export const Hub = createHub({
  hostsFellSilent: (env, orgId, hostIds) =>
    hostsFellSilent(database(env), orgId, hostIds, Date.now()),
  reconcile: async (env, deploymentId) =>
    ringHosts(env, await reconcile(database(env), deploymentId, Date.now())),
  waitingDeployments: (env, orgId) => waitingDeployments(database(env), orgId),
});

const app = createApp();

export default {
  fetch: app.fetch,

  /**
   * Once a minute: work whose wake-up call was lost goes to its hub again, and a tenth of the hubs is touched, so that
   * one that lost its alarm has it back within ten minutes.
   */
  async scheduled(event, env) {
    const unsettled = await unsettledDeployments(database(env));
    for (const orgId of new Set(unsettled.map((row) => row.orgId))) {
      const deployments = unsettled
        .filter((row) => row.orgId === orgId)
        .map((row) => row.deploymentId);
      await hubOf(env, orgId, 0).wake(orgId, { deployments, roomGrew: false });
    }
    const minute = Math.floor(event.scheduledTime / 60_000);
    const hubs = await selectHubs(database(env));
    for (const [index, { orgId, hub }] of hubs.entries()) {
      if (index % 10 === minute % 10) await hubOf(env, orgId, hub).poke(orgId);
    }
  },
} satisfies ExportedHandler<Env>;
