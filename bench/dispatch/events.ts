import * as z from 'zod';
import { linesOf } from '../../agent/docker/lines.ts';
import { callEngine } from '../../agent/docker/transport.ts';

type Action = 'create' | 'start' | 'destroy';

/** An event of a container, as this process saw it. */
export interface Sight {
  container_id: string;
  /** When it was read, on `performance.now()`. */
  seen_ms: number;
  /** When the engine says that it happened, in Unix milliseconds. */
  engine_ms: number;
}

/** Name and labels of a container. */
export type Attributes = Readonly<Record<string, string>>;

/** One container that is waited for. */
export interface Watch {
  /** Resolves with the event, also when it has been already. Rejects after 30 s, and when the events end. */
  seen(action: Action): Promise<Sight>;
  end(): void;
}

/** The engine's events: the one place where every way to start a container is timed. */
export interface ContainerEvents {
  /** Watches the container that `isIt` knows by its name and labels, from now on. */
  watch(isIt: (attributes: Attributes) => boolean): Watch;
}

const Line = z.object({
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()) }),
  timeNano: z.number(),
});

const deadlineMs = 30_000;

interface Watched {
  isIt: (attributes: Attributes) => boolean;
  sights: Map<string, Sight>;
  onSight: () => void;
}

/** Resolves once events flow. They end when `signal` aborts. */
export async function followContainers(
  socketPath: string,
  signal: AbortSignal,
): Promise<ContainerEvents> {
  const watched = new Set<Watched>();
  let failure: unknown = null;
  const tell = (line: z.infer<typeof Line>, seen_ms: number) => {
    const { Action, Actor, timeNano } = line;
    for (const one of watched) {
      if (!one.isIt(Actor.Attributes)) continue;
      one.sights.set(Action, { container_id: Actor.ID, seen_ms, engine_ms: timeNano / 1e6 });
      one.onSight();
    }
  };
  const filters = { type: ['container'], event: ['create', 'start', 'destroy'] };
  const query = new URLSearchParams({ filters: JSON.stringify(filters) });
  await new Promise<void>((resolve, reject) => {
    const limits = { head_ms: 10_000, stall_ms: null };
    callEngine(
      socketPath,
      { method: 'GET', path: `/events?${query}`, limits, signal },
      async (reply) => {
        resolve();
        for await (const line of linesOf(reply))
          tell(Line.parse(JSON.parse(line)), performance.now());
        throw new Error('the events of the Docker engine ended');
      },
    ).catch((error: unknown) => {
      failure = error;
      for (const one of watched) one.onSight();
      reject(error);
    });
  });

  return {
    watch(isIt) {
      const entry: Watched = { isIt, sights: new Map(), onSight: () => {} };
      watched.add(entry);
      return {
        seen(action) {
          return new Promise((resolve, reject) => {
            const late = setTimeout(
              () => reject(new Error(`no "${action}" of a container in ${deadlineMs / 1000} s`)),
              deadlineMs,
            );
            entry.onSight = () => {
              const sight = entry.sights.get(action);
              if (!sight && failure === null) return;
              clearTimeout(late);
              entry.onSight = () => {};
              if (sight) resolve(sight);
              else reject(failure);
            };
            entry.onSight();
          });
        },
        end: () => void watched.delete(entry),
      };
    },
  };
}
