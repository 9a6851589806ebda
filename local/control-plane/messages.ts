import * as z from 'zod';

/** What the process of the control plane is told, and what it answers. */
export const Order = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    host: z.string(),
    /** 0: any free one. */
    port: z.int(),
    workerFolder: z.string(),
    assetsRoot: z.string(),
    durableObjectsFolder: z.string(),
    temporaryFolder: z.string(),
    bindings: z.record(z.string(), z.string()),
  }),
  z.object({ type: z.literal('stop') }),
]);
export type Order = z.infer<typeof Order>;
export type StartOrder = Extract<Order, { type: 'start' }>;

export const Answer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), port: z.int() }),
  z.object({ type: z.literal('failed'), message: z.string() }),
]);
export type Answer = z.infer<typeof Answer>;
