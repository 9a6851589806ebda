import type { Problem } from '../../../contract/problem.ts';
import { credentials } from './credentials.ts';
import { orgHeaderName } from './names.ts';
import { ApiError, isProblem, NoAnswer } from './problem.ts';
import { reach } from './reach.ts';
import { refused } from './refused.ts';

const DEADLINE_MS = 30_000;

export interface Request {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api`: `/v1/backends`. */
  path: string;
  /** What is undefined is left out; a list repeats the parameter. */
  query?: Record<string, string | number | boolean | readonly string[] | undefined>;
  /** Sent as JSON; a string together with `contentType` as it is. */
  body?: unknown;
  contentType?: string;
  accept?: string;
  ifMatch?: string;
  /** Of a POST: repeated with the same key it has its effect once. */
  idempotencyKey?: string;
  signal?: AbortSignal | undefined;
}

export interface Reply<Data> {
  data: Data;
  etag: string | null;
}

/**
 * Asks the control plane. What comes back is what `contract/` says of that operation: it is not read twice.
 * @throws ApiError where it refuses, NoAnswer where nothing of it answers.
 */
export async function ask<Data>(request: Request): Promise<Reply<Data>> {
  try {
    const reply = await askOnce<Data>(request);
    reach.answered();
    return reply;
  } catch (error) {
    if (error instanceof NoAnswer) reach.failed();
    else if (error instanceof ApiError) reach.answered();
    if (isProblem(error, 'unauthorized')) refused.tell();
    throw error;
  }
}

async function askOnce<Data>(request: Request): Promise<Reply<Data>> {
  const ofReading = isReading(request);
  const response = await send(request);
  const text = await response.text().catch(() => '');
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok) throw refusal(response.status, type, text, ofReading);
  const isOurs = response.headers.has('longshore-request-id');
  if (!isOurs) {
    throw new NoAnswer('Something other than the control plane answered.', { ofReading });
  }
  return {
    data: (/json/.test(type) && text !== '' ? JSON.parse(text) : text) as Data, // contract/ promises it
    etag: response.headers.get('etag'),
  };
}

function isReading({ method = 'GET' }: Request): boolean {
  return method === 'GET';
}

async function send(request: Request): Promise<Response> {
  const headers = new Headers({ accept: request.accept ?? 'application/json' });
  const { token, orgId } = credentials.current();
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  if (orgId !== null) headers.set(orgHeaderName, orgId);
  if (request.ifMatch) headers.set('if-match', request.ifMatch);
  if (request.idempotencyKey) headers.set('idempotency-key', request.idempotencyKey);
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  const init: RequestInit = {
    method: request.method ?? 'GET',
    headers,
    signal: request.signal ? AbortSignal.any([request.signal, deadline]) : deadline,
  };
  if (request.body !== undefined) {
    headers.set('content-type', request.contentType ?? 'application/json');
    init.body = request.contentType ? String(request.body) : JSON.stringify(request.body);
  }
  try {
    return await fetch(`/api${request.path}${queryText(request.query)}`, init);
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new NoAnswer('The control plane cannot be reached.', {
      ofReading: isReading(request),
      cause: error,
    });
  }
}

function queryText(query: Request['query'] = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) search.append(name, String(one));
    }
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

function refusal(status: number, type: string, text: string, ofReading: boolean): Error {
  if (/problem\+json/.test(type)) return new ApiError(JSON.parse(text) as Problem); // contract/ promises it
  return new NoAnswer(`Something other than the control plane answered, with status ${status}.`, {
    ofReading,
  });
}

interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

const PAGE_LENGTH = 200;
/** So many `askAll` reads at most. */
export const MOST_ITEMS = 5_000;

/** All items of a list, 200 at a time, up to 5,000. */
export async function askAll<Item>(request: Request): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_ITEMS / PAGE_LENGTH; page += 1) {
    const query = { ...request.query, limit: PAGE_LENGTH, cursor };
    const { data } = await ask<Page<Item>>({ ...request, query });
    items.push(...data.items);
    if (data.next_cursor === null) break;
    cursor = data.next_cursor;
  }
  return items;
}
