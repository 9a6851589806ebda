import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './context.ts';

/** Every page that is answered names the next one in a `Link` header (RFC 8288) too, so that no list can forget it. */
export const linksNextPage: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { json } = c;
  const linked = (body: unknown, ...rest: unknown[]) => {
    const cursor = cursorIn(body);
    if (cursor !== undefined) {
      const { pathname, searchParams } = new URL(c.req.url);
      searchParams.set('cursor', cursor);
      c.header('link', `<${pathname}?${searchParams}>; rel="next"`);
    }
    return (json as (...all: unknown[]) => Response)(body, ...rest);
  };
  c.json = linked as typeof json; // it hands on what it is given, and gives what it gets
  await next();
};

function cursorIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('next_cursor' in body)) return undefined;
  return typeof body.next_cursor === 'string' ? body.next_cursor : undefined;
}
