import { problemTypes } from '../../contract/problem.ts';
import type { schemaChecker } from '../support/json-schema.ts';
import { type Body, resolve } from '../support/openapi.ts';
import type { FuzzRequest } from './request.ts';
import type { FuzzReply } from './send.ts';
import type { World } from './world.ts';

type Checker = ReturnType<typeof schemaChecker>;

/** Headers that the document says of each answer whether it has them. */
const documentedHeaders = [
  'etag',
  'location',
  'link',
  'retry-after',
  'idempotency-replayed',
  'set-cookie',
];

/** What of an answer is not as it must be; each begins with a word for the kind of fault. */
export function faultsOf(
  { document }: World,
  checker: Checker,
  request: FuzzRequest,
  reply: FuzzReply,
): string[] {
  const { status, headers, text, rowsWritten } = reply;
  const isOurs = headers.has('longshore-request-id');
  if (status >= 500) return [`failure: ${status} ${text.slice(0, 300)}`];
  if (status === 101) return [];
  // The server in front of the Worker refuses some requests by itself.
  if (!isOurs && isOfDashboard(request, reply)) return [];
  if (!isOurs) return status >= 400 ? [] : [`stranger: ${status} ${text.slice(0, 300)}`];
  const faults: string[] = [];
  if (status >= 400) {
    if (rowsWritten !== 0) faults.push(`written: ${status} wrote ${rowsWritten} rows`);
    if (request.method !== 'HEAD')
      faults.push(...faultsOfProblem(status, headers, text, document, checker));
  } else if (request.mustRefuse) {
    faults.push(`accepted: ${status} for a request that the document forbids`);
  }
  if (!request.reaches) return faults;
  const documented = request.operation.operation.responses[String(status)];
  if (!documented) {
    const code = status >= 400 ? ` (${codeIn(text)})` : '';
    return [...faults, `undocumented: ${status}${code} is not among its responses`];
  }
  const answer = resolve(document, documented);
  return [...faults, ...faultsOfHeaders(answer, reply), ...faultsOfBody(answer, reply, checker)];
}

/** What is no path of the API leads to the dashboard's page, or to the same path written plainly. */
function isOfDashboard({ path }: FuzzRequest, { status, headers }: FuzzReply): boolean {
  if (path.startsWith('/api/')) return false;
  const isRedirect = [307, 308].includes(status) && /^\/(?!\/)/.test(headers.get('location') ?? '');
  return isRedirect || /^text\/html/.test(headers.get('content-type') ?? '');
}

function faultsOfProblem(
  status: number,
  headers: Headers,
  text: string,
  document: World['document'],
  checker: Checker,
): string[] {
  if (headers.get('content-type') !== 'application/problem+json') {
    return [`problem: ${status} with the content type ${headers.get('content-type')}`];
  }
  const problem = JSON.parse(text);
  const schema = document.components.schemas.Problem ?? {};
  const faults = checker.faultsOf(schema, problem).map((fault) => `problem: ${fault}`);
  const type = Object.entries(problemTypes).find(([code]) => code === problem.code);
  if (type?.[1].status !== status) faults.push(`problem: the code ${problem.code} with ${status}`);
  if (status === 401 && !headers.has('www-authenticate'))
    faults.push('problem: 401 without scheme');
  if (status === 405 && !headers.has('allow')) faults.push('problem: 405 without Allow');
  return faults;
}

function faultsOfHeaders(answer: Body, { status, headers, text }: FuzzReply): string[] {
  const names = Object.keys(answer.headers ?? {}).map((name) => name.toLowerCase());
  const isReplayed = headers.get('idempotency-replayed') === 'true';
  return documentedHeaders.flatMap((name) => {
    const has = headers.has(name);
    const says = names.includes(name);
    if (has && !says) return [`header: ${status} has ${name}, undocumented`];
    if (name === 'idempotency-replayed' || (isReplayed && !has)) return [];
    // A page has a next one, or not; who signs out had a cookie, or none.
    const isDue =
      name === 'link'
        ? /"next_cursor":"[^"]+"\}$/.test(text)
        : name !== 'set-cookie' || status === 200;
    return says && isDue && !has ? [`header: ${status} lacks ${name}`] : [];
  });
}

function faultsOfBody(answer: Body, reply: FuzzReply, checker: Checker): string[] {
  const { status, headers, text } = reply;
  if (!answer.content) return text === '' ? [] : [`body: ${status} has one, undocumented`];
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  const media = answer.content[type];
  if (!media) return [`body: ${status} has the content type ${type}, undocumented`];
  const value = type.endsWith('json') ? JSON.parse(text) : text;
  return checker.faultsOf(media.schema, value).map((fault) => `body: ${status} ${fault}`);
}

function codeIn(text: string): string {
  return /"code":"(\w+)"/.exec(text)?.[1] ?? 'no code';
}
