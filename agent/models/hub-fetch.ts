import type { Clock } from '../clock.ts';
import { HubFaultError, ModelError } from './errors.ts';

export type Fetch = typeof fetch;

export interface HubAccess {
  fetch: Fetch;
  /** Of the hub, without a slash at its end. */
  url: string;
  user_agent: string;
  clock: Clock;
}

export interface HubRequest {
  /** `owner/name`, for messages. */
  repo: string;
  token: string | null;
  signal: AbortSignal;
  headers?: Readonly<Record<string, string>>;
}

/** A hub that asks for more is asked again all the same. */
const longestRetryAfterMs = 10 * 60_000;

/**
 * A fetch for one request to the hub, to hand to its client. The token goes to the hub only: not to where it redirects,
 * nor to another address that a reply names. What is not a success throws `HubFaultError` where it may pass, and
 * `ModelError` where it will not.
 */
export function hubFetch(access: HubAccess, request: HubRequest): Fetch {
  const { origin } = new URL(access.url);
  return async (input, init) => {
    const target = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init?.headers);
    // A body that was packed on the way would not have the length and ranges that are asked for.
    headers.set('accept-encoding', 'identity');
    headers.set('user-agent', access.user_agent);
    for (const [name, value] of Object.entries(request.headers ?? {})) headers.set(name, value);
    if (request.token !== null && target.origin === origin) {
      headers.set('authorization', `Bearer ${request.token}`);
    }
    const response = await send(access.fetch, target, { ...init, headers, signal: request.signal });
    if (response.ok) return response;
    await response.body?.cancel();
    // The address that a redirect led to: it may have run out of its time while the file was read.
    const elsewhere = response.url !== '' && new URL(response.url).origin !== origin;
    throw refusal(access, request, response, elsewhere);
  };
}

async function send(call: Fetch, target: URL, init: RequestInit): Promise<Response> {
  try {
    return await call(target, init);
  } catch (error) {
    if (init.signal?.aborted) throw init.signal.reason;
    throw new HubFaultError(`${target.host}: ${faultInWords(error)}`);
  }
}

/** `fetch` says "fetch failed", and why in the cause. */
export function faultInWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error && cause.message !== '') return cause.message;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return error.message;
}

function refusal(
  access: HubAccess,
  { repo, token }: HubRequest,
  response: Response,
  elsewhere: boolean,
): Error {
  const { status } = response;
  const code = response.headers.get('x-error-code');
  const page = `${access.url}/${repo}`;
  if (status === 416) {
    return new HubFaultError('the hub has no such part of the file', { start_over: true });
  }
  const mayPass = status >= 500 || status === 429 || status === 408 || elsewhere;
  if (mayPass) {
    const retry_after_ms = retryAfterMs(response.headers.get('retry-after'), access.clock.wall());
    return new HubFaultError(`HTTP ${status}`, { retry_after_ms });
  }
  if (code === 'GatedRepo') {
    return new ModelError(
      'model_unauthorized',
      token === null
        ? `${repo} is gated: accept its licence at ${page}, put a token of that account into a secret, and name the secret in the model's token_secret.`
        : `${repo} is gated, and the account of the token may not read it: accept its licence at ${page} with that account.`,
    );
  }
  if (status === 401 || status === 403) {
    return new ModelError(
      'model_unauthorized',
      token === null
        ? `The hub shows ${repo} to nobody without a token (HTTP ${status}): either there is no such model, or it is private. Check the name at ${page}, or name a secret with a token in the model's token_secret.`
        : `The hub does not let the token of token_secret read ${repo} (HTTP ${status}). Check that the token is valid and may read it: ${page}`,
    );
  }
  if (status === 404) {
    return new ModelError(
      'model_not_found',
      code === 'RevisionNotFound'
        ? `${repo} has no such revision. Look at ${page}/tree/main for what there is.`
        : `The hub at ${access.url} has no model ${repo}, or not this revision or file of it. Check the name; a private model needs a token_secret.`,
    );
  }
  return new ModelError(
    'model_download_failed',
    `The hub at ${access.url} refuses ${repo}: HTTP ${status}.`,
  );
}

/** Of the header: seconds, or a date (RFC 9110, section 10.2.3). */
export function retryAfterMs(header: string | null, wallMs: number): number {
  if (header === null) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - wallMs;
  return Number.isFinite(ms) ? Math.min(longestRetryAfterMs, Math.max(0, ms)) : 0;
}
