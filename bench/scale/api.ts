/** What a call cost the database, from its `Server-Timing`. */
export interface Cost {
  requests: number;
  read: number;
  written: number;
}

export interface Api {
  url: string;
  signal: AbortSignal;
  /** How many calls took very long since this was asked last. */
  stalls(): number;
  call(method: string, path: string, token: string, body?: unknown): Promise<Answer>;
}

export interface Answer {
  /** JSON, for the caller to parse. */
  body: unknown;
  cost: Cost;
}

const deadlineMs = 30_000;
/** A libSQL server now and then lets all writers wait for 5 s. */
const stallMs = 4_000;

/** @throws Error on every answer that is no success */
export function apiAt(url: string, signal: AbortSignal): Api {
  let slow = 0;
  return {
    url,
    signal,
    stalls() {
      const seen = slow;
      slow = 0;
      return seen;
    },
    async call(method, path, token, body) {
      const begun = performance.now();
      const reply = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
      });
      const text = await reply.text();
      if (performance.now() - begun > stallMs) slow += 1;
      if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
      return {
        body: text === '' ? null : JSON.parse(text),
        cost: costOf(reply.headers.get('server-timing') ?? ''),
      };
    },
  };
}

export function sumOf(costs: readonly Cost[]): Cost {
  return costs.reduce(
    (sum, cost) => ({
      requests: sum.requests + cost.requests,
      read: sum.read + cost.read,
      written: sum.written + cost.written,
    }),
    { requests: 0, read: 0, written: 0 },
  );
}

function costOf(serverTiming: string): Cost {
  const count = (name: string) => {
    const found = new RegExp(`${name};desc="(\\d+)"`).exec(serverTiming)?.[1];
    if (found === undefined) throw new Error(`Server-Timing does not say ${name}`);
    return Number(found);
  };
  return {
    requests: count('db-requests'),
    read: count('db-rows-read'),
    written: count('db-rows-written'),
  };
}
