import type { NamedOperation } from '../support/openapi.ts';

export interface FuzzRequest {
  operation: NamedOperation;
  /** The method and path are those of the operation: its answers must be, too. */
  reaches: boolean;
  /** The document forbids it: it must be refused. */
  mustRefuse: boolean;
  /** In words. */
  what: string;
  method: string;
  path: string;
  query: [name: string, value: string][];
  headers: Record<string, string>;
  body: FuzzBody | undefined;
}

export type FuzzBody =
  | { kind: 'json'; value: unknown }
  /** As it is sent. */
  | { kind: 'raw'; bytes: Buffer };

export function bytesOf(body: FuzzBody | undefined): Buffer | undefined {
  if (body?.kind === 'json') return Buffer.from(JSON.stringify(body.value) ?? '');
  return body?.bytes;
}

export function addressOf({ path, query }: FuzzRequest): string {
  const parts = query.map(([name, value]) => `${name}=${value}`);
  return parts.length > 0 ? `${path}?${parts.join('&')}` : path;
}

/** A line for a shell that sends the request; the token is in `$TOKEN`. */
export function curlOf(request: FuzzRequest, url: string, tokens: readonly string[]): string {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const bytes = bytesOf(request.body);
  const isText = bytes !== undefined && Buffer.from(bytes.toString('utf8')).equals(bytes);
  const headers = Object.entries(request.headers).map(([name, value]) => {
    const token = tokens.find((one) => value === `Bearer ${one}`);
    return token ? `-H "${name}: Bearer $TOKEN"` : `-H ${quote(`${name}: ${value}`)}`;
  });
  const data =
    bytes === undefined
      ? []
      : isText && !bytes.includes(0)
        ? [`--data-raw ${quote(bytes.toString('utf8'))}`]
        : ['--data-binary @-', `<<< "$(base64 -d <<< ${bytes.toString('base64')})"`];
  const start = ['curl -i --path-as-is -X', request.method, quote(url + addressOf(request))];
  return [...start, ...headers, ...data].join(' ');
}
