import type { Clock } from './clock.ts';
import type { ProbeResult } from './health.ts';
import type { probe } from './probe.ts';
import type { Work } from './work.ts';

export interface ProbesOptions {
  clock: Clock;
  probe: typeof probe;
  onResult: (name: string, runId: string | null, result: ProbeResult) => void;
}

/** Probes every run when its health says that it is time, each on its own. */
export interface Probes {
  /** From now on these are the works, and those of them that have a run are probed. */
  watch(works: ReadonlyMap<string, Work>): void;
  stop(): void;
}

interface Watch {
  run_id: string | null;
  cancel: () => void;
}

export function createProbes({ clock, probe, onResult }: ProbesOptions): Probes {
  const watches = new Map<string, Watch>();

  function begin(name: string, work: Work, delayMs: number): void {
    const { run_id } = work;
    const ended = new AbortController();
    const cancelTimer = clock.after(delayMs, async () => {
      const result = await probe(work.launch.spec, ended.signal);
      if (ended.signal.aborted) return;
      watches.delete(name);
      onResult(name, run_id, result);
    });
    const cancel = () => {
      ended.abort();
      cancelTimer();
      watches.delete(name);
    };
    watches.set(name, { run_id, cancel });
  }

  return {
    watch(works) {
      for (const [name, watch] of watches) {
        const work = works.get(name);
        if (!work?.health || work.run_id !== watch.run_id) watch.cancel();
      }
      for (const [name, work] of works) {
        if (!work.health || watches.has(name)) continue;
        begin(name, work, Math.max(0, work.health.next_probe_ms - clock.now()));
      }
    },
    stop() {
      for (const watch of watches.values()) watch.cancel();
    },
  };
}
