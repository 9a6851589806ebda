import * as z from 'zod';
import { callEngine, readBody } from '../../agent/docker/transport.ts';
import type { Watch } from './events.ts';

/** When a container came to what, in milliseconds since somebody was asked for it. */
export interface Timeline {
  /** The engine was asked to create it: its `Created`. */
  asked: number;
  /** Its event `create`. */
  created: number;
  /** Its event `start`. */
  started: number;
  /** It answers on its port. */
  ready: number;
}

/** One way to start a container. */
export interface Variant {
  name: string;
  /** Starts one, times it, removes it, and waits until nothing of it is left. */
  run(): Promise<Timeline>;
}

const Detail = z.object({ Created: z.string() });

/** What the engine says of the container, once it has started. `ready_ms` and `begun_ms` are on `performance.now()`. */
export async function timelineOf(
  socketPath: string,
  watch: Watch,
  { begun_ms, ready_ms }: { begun_ms: number; ready_ms: number },
): Promise<Timeline> {
  const created = await watch.seen('create');
  const started = await watch.seen('start');
  const asked = Date.parse(await createdAt(socketPath, created.container_id));
  return {
    // Two times of the engine's own clock, so that the difference means something.
    asked: created.seen_ms - (created.engine_ms - asked) - begun_ms,
    created: created.seen_ms - begun_ms,
    started: started.seen_ms - begun_ms,
    ready: ready_ms - begun_ms,
  };
}

/** RFC 3339; the engine takes the time when it has read the request and looked up the image. */
function createdAt(socketPath: string, container: string): Promise<string> {
  const path = `/containers/${container}/json`;
  const limits = { total_ms: 10_000 };
  return callEngine(socketPath, { method: 'GET', path, limits }, async (reply) => {
    const text = (await readBody(reply, 1024 * 1024)).toString();
    return Detail.parse(JSON.parse(text)).Created;
  });
}
