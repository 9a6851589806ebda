import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { Stack } from '../../local/stack.ts';
import { callerOf } from '../api.ts';

const Instances = z.object({
  items: z.array(
    z.object({ id: z.string(), state: z.string(), container_id: z.string().nullable() }),
  ),
});
export type SeenInstance = z.infer<typeof Instances>['items'][number];

const deadlineMs = 120_000;

/** What this bench asks of the API of `stack`. */
export function apiOf(stack: Stack, signal: AbortSignal) {
  const caller = callerOf(stack, signal);

  async function call(...request: Parameters<typeof caller.call>): Promise<unknown> {
    const { text } = await caller.call(...request);
    return text === '' ? null : JSON.parse(text);
  }

  return {
    call,
    async instances(deployment: string): Promise<SeenInstance[]> {
      const path = `/api/v1/deployments/${deployment}/instances?limit=200`;
      return Instances.parse(await call('GET', path)).items;
    },
    /** Asks until it is so. */
    async until<Found>(what: string, pauseMs: number, ask: () => Promise<Found | null>) {
      const deadline = performance.now() + deadlineMs;
      for (;;) {
        const found = await ask();
        if (found !== null) return found;
        if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
        await delay(pauseMs, undefined, { signal });
      }
    },
  };
}
export type Api = ReturnType<typeof apiOf>;
