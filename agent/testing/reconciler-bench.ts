import type { ObservedInstance } from '../../contract/agent-protocol.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import { createContainers } from '../docker/containers.ts';
import { nothingGranted } from '../docker/grant.ts';
import { anythingGoes } from '../policy/host-policy.ts';
import { createReconciler, type Reconciler, type ReconcilerOptions } from '../reconcile.ts';
import { createSecrets } from '../secrets.ts';
import { testImages } from './images.ts';
import { testLaunch } from './launch-spec.ts';
import { eventually, type ManualClock, manualClock } from './manual-clock.ts';
import { MemoryEngine } from './memory-engine.ts';
import { type RecordedLog, recordedLog } from './recorded-log.ts';

/**
 * An agent's inner half on an engine in memory, where every probe is answered and no model is missing. It looks at the
 * engine once `containers.start()` is called; whoever makes it stops it.
 */
export function reconcilerBench(
  parts: Partial<
    Pick<ReconcilerOptions, 'models' | 'policy' | 'grantOf' | 'onGpuDoubt' | 'probe' | 'onChange'>
  > & {
    clock?: ManualClock;
    log?: RecordedLog;
  } = {},
) {
  const { clock = manualClock(), log = recordedLog(), ...given } = parts;
  const engine = new MemoryEngine(clock);
  const secrets = createSecrets();
  const images = testImages({ engine, clock, log });
  const containers = createContainers({
    engine,
    host_id: 'host_1',
    clock,
    log,
    onChange: () => reconciler.look(),
  });
  const reconciler: Reconciler = createReconciler({
    engine,
    containers,
    host_id: 'host_1',
    images,
    models: { ensure: async () => null },
    secrets,
    grantOf: async () => ({ ok: true, grant: nothingGranted }),
    policy: anythingGoes,
    onGpuDoubt: () => {},
    probe: async () => ({ ready: true, summary: 'HTTP 200', excerpt: null }),
    clock,
    log,
    onChange: () => {},
    ...given,
  });
  let revision = 0;
  /** The desired set is these, and confirmed. */
  const want = (...specs: Partial<LaunchSpec>[]) =>
    reconciler.setDesired(
      { era: 'e', revision: ++revision, launches: specs.map(testLaunch) },
      true,
    );
  const all = (): readonly ObservedInstance[] => reconciler.report()?.instances ?? [];
  const seen = (generation = 1) => all().find((instance) => instance.generation === generation);
  const becomes = (state: string, generation = 1) =>
    eventually(() => seen(generation)?.state === state);
  /** It runs and has answered its first probe. */
  const ready = async (generation = 1) => {
    await becomes('starting', generation);
    await clock.advance(20);
    await becomes('running', generation);
  };
  const stop = async () => {
    containers.stop();
    await reconciler.stop();
  };
  return {
    ...{ clock, engine, log, secrets, images, containers, reconciler },
    ...{ want, all, seen, becomes, ready, stop },
  };
}
