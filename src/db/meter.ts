/** What a request of ours cost the database, counted from its replies. */
export interface Meter {
  requests: number;
  rowsRead: number;
  rowsWritten: number;
  milliseconds: number;
}

export function newMeter(): Meter {
  return { requests: 0, rowsRead: 0, rowsWritten: 0, milliseconds: 0 };
}

/**
 * A `Server-Timing` header (W3C) that says what `meter` counted. That of an error leaves out the rows that were read:
 * they would tell what belongs to others from what is not there.
 */
export function serverTiming(meter: Meter, isError: boolean): string {
  return [
    `db;dur=${meter.milliseconds}`,
    `db-requests;desc="${meter.requests}"`,
    ...(isError ? [] : [`db-rows-read;desc="${meter.rowsRead}"`]),
    `db-rows-written;desc="${meter.rowsWritten}"`,
  ].join(', ');
}

interface StatementResult {
  rows_read?: number;
  rows_written?: number;
}

/** The part of a reply of the Hrana 3 protocol that we read; `batch` has its statements in `step_results`. */
interface PipelineReply {
  results?: {
    response?: { result?: StatementResult & { step_results?: (StatementResult | null)[] } };
  }[];
}

/**
 * A `fetch` for the libSQL client that counts into `meter`: the server says with every result how many rows it read
 * and wrote, and the client drops it.
 */
export function meteredFetch(meter: Meter, send: typeof fetch = fetch): typeof fetch {
  return async (input, init) => {
    const startedAt = Date.now();
    const reply = await send(input, init);
    const text = await reply.text();
    meter.milliseconds += Date.now() - startedAt;
    // The client opens by asking which protocol the server speaks (GET /v3); that is not a database request.
    const url = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
    if (url.endsWith('/pipeline')) {
      meter.requests += 1;
      if (reply.ok) countRows(meter, text);
    }
    return new Response(text, { status: reply.status, headers: reply.headers });
  };
}

function countRows(meter: Meter, text: string): void {
  // The server's own JSON; every field that we read is optional.
  const { results = [] } = JSON.parse(text) as PipelineReply;
  for (const { response } of results) {
    const result = response?.result;
    for (const step of result?.step_results ?? [result]) {
      meter.rowsRead += step?.rows_read ?? 0;
      meter.rowsWritten += step?.rows_written ?? 0;
    }
  }
}
