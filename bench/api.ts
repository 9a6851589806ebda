import type { Stack } from '../local/stack.ts';

/** Calls the API of `stack` as its administrator. */
export function callerOf(stack: Pick<Stack, 'url' | 'adminToken'>, signal: AbortSignal) {
  async function send(method: string, path: string, body?: string, type = 'application/json') {
    const reply = await fetch(stack.url + path, {
      method,
      headers: {
        authorization: `Bearer ${stack.adminToken}`,
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body }),
      signal,
    });
    const text = await reply.text();
    return { reply, text, read_ms: performance.now() };
  }

  /** @throws Error when it is refused */
  async function call(...request: Parameters<typeof send>) {
    const answer = await send(...request);
    if (answer.reply.ok) return answer;
    throw new Error(`${request[0]} ${request[1]}: ${answer.reply.status} ${answer.text}`);
  }

  return { send, call };
}
