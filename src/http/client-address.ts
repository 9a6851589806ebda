import type { AppContext } from './context.ts';

/**
 * The address of the client as Cloudflare saw it, which lets no client say it itself; null elsewhere, and for what
 * looks like none. On one machine anybody may send it: it is shown to people and counted by limits, and lets nobody in.
 */
export function clientAddress(c: AppContext): string | null {
  const address = c.req.header('cf-connecting-ip') ?? '';
  return /^[0-9A-Fa-f:.]{2,45}$/.test(address) ? address : null;
}
