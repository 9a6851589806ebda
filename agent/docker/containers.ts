import { type Clock, pause } from '../clock.ts';
import type { Log } from '../log.ts';
import { imageOfContainer } from './container-image.ts';
import type { Engine } from './engine.ts';
import { EngineAwayError, EngineRefusedError } from './errors.ts';
import { label, readOwnLabels } from './labels.ts';
import { listedContainer, type OwnContainer, ownContainer } from './own-container.ts';
import type { ContainerSummary } from './replies.ts';

/**
 * What is known of this host's containers. It is kept by events, which say where to look and no more; by a list after
 * every gap in the events, and by one every 10 s, since events get lost. A container has ended when an inspection says
 * so, never because a stream broke.
 */
export interface Containers {
  /** The last list was answered. While it was not, the rest is the last known state. */
  readonly listed: boolean;
  /** By name. */
  readonly byName: ReadonlyMap<string, OwnContainer>;
  /** The first list has ended, with an answer or without. */
  readonly tried: boolean;
  /** Why the last list was not answered; null when it was, and before the first. */
  readonly fault: string | null;
  /**
   * Names of containers that the engine lists and says nothing more about, while it answers otherwise: it is stuck with
   * them, as when the start of one waits for a GPU that hangs. The rest of the host goes on.
   */
  readonly silent: ReadonlySet<string>;
  /** A call of somebody else got no answer: nothing is taken as known before the next list. */
  doubt(): void;
  /** Inspects one container again, by name or id; null when it is not there or not ours. */
  refresh(container: string): Promise<OwnContainer | null>;
  start(): void;
  stop(): void;
}

export interface ContainersOptions {
  engine: Engine;
  host_id: string;
  clock: Clock;
  log: Log;
  /** Something may be different. */
  onChange: () => void;
}

const listEveryMs = 10_000;
const awayRetryMs = 1000;
const logLines = 20;

export function createContainers(options: ContainersOptions): Containers {
  const { engine, host_id, clock, log, onChange } = options;
  const ownLabel = `${label.host}=${host_id}`;
  const byName = new Map<string, OwnContainer>();
  const silent = new Set<string>();
  /** When each name was last looked at, in looks: an older list must not undo a newer inspection. */
  const lookedAt = new Map<string, number>();
  const stopped = new AbortController();
  let looks = 0;
  let listed = false;
  let tried = false;
  let lastFault = '';
  let fault: string | null = null;
  let cancelList = () => {};
  let listing: Promise<void> | null = null;
  let listAgain: 'no' | 'changed' | 'all' = 'no';

  async function inspect(container: string): Promise<OwnContainer | null> {
    const detail = await engine.inspect(container);
    if (!detail) return null;
    const known = byName.get(detail.Name.replace(/^\//, ''));
    const own = ownContainer(detail, [], host_id, clock);
    if (!own) return null;
    // What it was made from does not change.
    const image =
      known?.id === own.id && known.image ? known.image : await imageOfContainer(engine, detail);
    const fresh = { ...own, image };
    if (!fresh.end) return fresh;
    // A run ends once, and its last words do not change.
    const lines =
      known?.run_id === fresh.run_id && known.end ? known.end.lines : await lastWords(fresh.id);
    return { ...fresh, end: { ...fresh.end, lines } };
  }

  async function lastWords(id: string): Promise<string[]> {
    try {
      return await engine.logTail(id, logLines);
    } catch (error) {
      // 404 and 409: it is being removed, and nobody will ask for its last words.
      const gone = error instanceof EngineRefusedError && [404, 409].includes(error.status);
      if (gone) return [];
      if (!(error instanceof EngineRefusedError || error instanceof EngineAwayError)) throw error;
      log.warn('the log of a container that ended cannot be read', { message: error.message });
      return [];
    }
  }

  async function refresh(container: string): Promise<OwnContainer | null> {
    const look = ++looks;
    const found = await inspect(container);
    const name = found?.name ?? nameOf(container);
    if (name !== null) put(name, found, look);
    return found;
  }

  function nameOf(container: string): string | null {
    if (byName.has(container)) return container;
    for (const known of byName.values()) if (known.id === container) return known.name;
    return null;
  }

  function put(name: string, found: OwnContainer | null, look: number): void {
    if ((lookedAt.get(name) ?? 0) > look) return;
    lookedAt.set(name, look);
    if (silent.delete(name) && found) {
      log.info('the engine answers for a container again', { container: name });
    }
    if (found) byName.set(name, found);
    else byName.delete(name);
  }

  async function list(depth: 'changed' | 'all'): Promise<void> {
    const look = ++looks;
    const summaries = (await engine.list(ownLabel)).filter(
      ({ Labels }) => readOwnLabels(Labels, host_id) !== null,
    );
    const names = new Set(summaries.flatMap(({ Names }) => Names.map((name) => name.slice(1))));
    for (const name of byName.keys()) if (!names.has(name)) put(name, null, look);
    const stale = summaries.filter((summary) => depth === 'all' || isNews(summary));
    const stuck: { name: string; summary: ContainerSummary }[] = [];
    const refreshed = async (summary: ContainerSummary) => {
      try {
        await refresh(summary.Id);
      } catch (error) {
        const name = summary.Names[0]?.slice(1);
        if (!(error instanceof EngineAwayError) || name === undefined) throw error;
        stuck.push({ name, summary });
      }
    };
    await Promise.all(stale.map(refreshed));
    // Whether it is stuck with these, or away altogether.
    if (stuck.length > 0) await engine.list(ownLabel);
    for (const { name, summary } of stuck) fallSilent(name, summary, look);
    for (const [name, last] of lookedAt)
      if (last <= look && !byName.has(name)) lookedAt.delete(name);
  }

  function isNews({ Id, Names, State }: ContainerSummary): boolean {
    const name = Names[0]?.slice(1) ?? '';
    const known = byName.get(name);
    return known?.id !== Id || known.status !== State || silent.has(name);
  }

  /** All that is known of it is that it is there. */
  function fallSilent(name: string, summary: ContainerSummary, look: number): void {
    const own = readOwnLabels(summary.Labels, host_id);
    if (!own || (lookedAt.get(name) ?? 0) > look) return;
    if (byName.get(name)?.id !== summary.Id) {
      byName.set(name, listedContainer(summary, name, own, clock));
    }
    if (silent.has(name)) return;
    silent.add(name);
    log.warn('the engine says nothing about a container', { container: name });
  }

  /** One list at a time; what is asked for meanwhile follows once. */
  function relist(depth: 'changed' | 'all'): void {
    if (stopped.signal.aborted) return;
    if (listing) {
      if (listAgain !== 'all') listAgain = depth;
      return;
    }
    cancelList();
    listing = attempt(() => list(depth)).then((answered) => {
      listing = null;
      if (stopped.signal.aborted) return;
      fault = answered ? null : lastFault;
      listed = answered;
      tried = true;
      onChange();
      const next = listAgain;
      listAgain = 'no';
      if (next !== 'no') relist(next);
      else
        cancelList = clock.after(answered ? listEveryMs : awayRetryMs, () =>
          relist(answered ? 'changed' : 'all'),
        );
    });
  }

  /** False when the engine did not do it. */
  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      if (lastFault) log.info('the Docker engine answers again');
      lastFault = '';
      return true;
    } catch (error) {
      if (!(error instanceof EngineAwayError || error instanceof EngineRefusedError)) throw error;
      if (stopped.signal.aborted) return false;
      if (lastFault !== error.message) log.warn('Docker engine', { message: error.message });
      lastFault = error.message;
      return false;
    }
  }

  async function follow(): Promise<void> {
    let failures = 0;
    while (!stopped.signal.aborted) {
      try {
        await engine.events(ownLabel, {
          signal: stopped.signal,
          onOpen() {
            failures = 0;
            relist('all');
          },
          onEvent: ({ container_id }) => void look(container_id),
        });
      } catch (error) {
        if (stopped.signal.aborted) return;
        if (!(error instanceof EngineAwayError || error instanceof EngineRefusedError)) throw error;
        // What happened is found out by the next list, also whether the engine is there at all.
        if (failures === 0) relist('all');
      }
      failures++;
      await pause(clock, Math.min(5000, 100 * 2 ** Math.min(failures, 10)), stopped.signal);
    }
  }

  async function look(containerId: string): Promise<void> {
    const answered = await attempt(() => refresh(containerId));
    if (stopped.signal.aborted) return;
    if (!answered) return relist('all');
    onChange();
  }

  return {
    get listed() {
      return listed;
    },
    get tried() {
      return tried;
    },
    get fault() {
      return fault;
    },
    byName,
    silent,
    doubt() {
      listed = false;
      relist('all');
    },
    refresh,
    start() {
      // The first list does not wait for the events; the one after their first gap follows it.
      relist('all');
      void follow();
    },
    stop() {
      stopped.abort();
      cancelList();
    },
  };
}
