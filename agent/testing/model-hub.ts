import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface StoredFile {
  content: Buffer;
  /** Stored apart, known by SHA-256; else a small file of git's own. */
  lfs: boolean;
}

interface Repo {
  /** Commits by branch or tag. */
  refs: Map<string, string>;
  commits: Map<string, Map<string, StoredFile>>;
  /** Null: everybody may read it. */
  token: string | null;
  gated: boolean;
}

/** What happens to the next request that `matches`. */
export interface HubFault {
  matches: (path: string) => boolean;
  /** How many requests it happens to; default 1. */
  times?: number;
  act:
    | { kind: 'status'; status: number; headers?: Record<string, string> }
    /** The connection breaks after so many bytes of the body. */
    | { kind: 'cut'; after_bytes: number }
    /** Nothing comes after so many bytes of the body, and the connection stays. */
    | { kind: 'stall'; after_bytes: number }
    | { kind: 'wrong_bytes' }
    | { kind: 'too_long' }
    | { kind: 'ignore_range' }
    /** Answers a request for a part with another part. */
    | { kind: 'other_part' }
    | { kind: 'etag'; etag: string }
    /** As a proxy that says everything with a page. */
    | { kind: 'page' };
}

export interface HubRequestSeen {
  host: 'hub' | 'cdn';
  path: string;
  range: string | null;
  if_range: string | null;
  authorization: string | null;
}

const pageSize = 3;
const accessCodes = { missing: 'RepoNotFound', gated: 'GatedRepo' };

/**
 * A model hub on loopback, with the Hugging Face hub's paths: revisions, trees in pages, files that redirect to another
 * address where they are stored apart, for a short time only. It fails as it is told to.
 */
export class ModelHub {
  readonly requests: HubRequestSeen[] = [];
  readonly faults: HubFault[] = [];
  /** Replies wait for it before the body of a file. */
  gate: Promise<void> = Promise.resolve();
  url = '';
  readonly #repos = new Map<string, Repo>();
  readonly #hub = createServer((req, res) => void this.#onHub(req, res));
  readonly #cdn = createServer((req, res) => void this.#onCdn(req, res));
  #cdnUrl = '';
  /** Tickets that the CDN still takes. */
  readonly #tickets = new Map<string, StoredFile>();

  async start(): Promise<void> {
    this.url = await listen(this.#hub);
    this.#cdnUrl = await listen(this.#cdn);
  }

  async stop(): Promise<void> {
    await Promise.all([close(this.#hub), close(this.#cdn)]);
  }

  /** Makes a commit of these files, and points the branch to it. */
  commit(
    name: string,
    files: Record<string, Buffer | string>,
    options: { branch?: string; token?: string; gated?: boolean } = {},
  ): string {
    const repo = this.#repos.get(name) ?? {
      refs: new Map(),
      commits: new Map(),
      token: null,
      gated: false,
    };
    repo.token = options.token ?? repo.token;
    repo.gated = options.gated ?? repo.gated;
    const commit = randomBytes(20).toString('hex');
    const stored = Object.entries(files).map(([path, content]): [string, StoredFile] => {
      return [path, { content: Buffer.from(content), lfs: typeof content !== 'string' }];
    });
    repo.commits.set(commit, new Map(stored));
    repo.refs.set(options.branch ?? 'main', commit);
    this.#repos.set(name, repo);
    return commit;
  }

  /** Addresses that were handed out are of no use any more. */
  expireTickets(): void {
    this.#tickets.clear();
  }

  /** Of the bodies of files, by the end of their path. */
  fetched(path: string): HubRequestSeen[] {
    return this.requests.filter((seen) => seen.host === 'hub' && seen.path.endsWith(path));
  }

  async #onHub(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(req.url ?? '/', this.url);
    const path = decodeURIComponent(pathname);
    const fault = this.#see('hub', path, req);
    if (fault && answerAtOnce(fault, res)) return;
    const [, api] = /^\/api\/models\/(.+?)\/(?:revision|tree)\//.exec(path) ?? [];
    const name = api ?? /^\/(.+?)\/resolve\//.exec(path)?.[1] ?? '';
    const repo = this.#repos.get(name);
    if (!repo) return refuse(res, 404, accessCodes.missing);
    if (repo.token !== null && req.headers.authorization !== `Bearer ${repo.token}`) {
      if (repo.gated) return refuse(res, req.headers.authorization ? 403 : 401, accessCodes.gated);
      return refuse(res, 401, accessCodes.missing);
    }
    const rest = path.slice(path.indexOf(name) + name.length + 1);
    const [, kind, ref = '', file = ''] =
      /^(revision|tree|resolve)\/(refs\/pr\/\d+|[^/]+)\/?(.*)$/.exec(rest) ?? [];
    const commit = commitOf(repo, ref);
    const files = repo.commits.get(commit);
    if (!files) return refuse(res, 404, 'RevisionNotFound');
    switch (kind) {
      case 'revision':
        return send(res, { _id: 'x', id: name, sha: commit, lastModified: '2026-01-01T00:00:00Z' });
      case 'tree':
        return this.#sendTree(res, {
          name,
          commit,
          files,
          cursor: Number(searchParams.get('cursor') ?? 0),
        });
      case 'resolve': {
        const stored = files.get(file);
        if (!stored) return refuse(res, 404, 'EntryNotFound');
        if (!stored.lfs) return this.#sendFile(req, res, stored, fault);
        const ticket = randomBytes(8).toString('hex');
        this.#tickets.set(ticket, stored);
        res.writeHead(302, { location: `${this.#cdnUrl}/${ticket}${pathname}` }).end();
        return;
      }
      default:
        return refuse(res, 404, 'NotFound');
    }
  }

  async #onCdn(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = decodeURIComponent(new URL(req.url ?? '/', this.url).pathname);
    const fault = this.#see('cdn', path, req);
    if (fault && answerAtOnce(fault, res)) return;
    const stored = this.#tickets.get(path.split('/')[1] ?? '');
    if (!stored) return refuse(res, 403, 'AccessDenied');
    return this.#sendFile(req, res, stored, fault);
  }

  #see(host: 'hub' | 'cdn', path: string, req: IncomingMessage): HubFault['act'] | null {
    const header = (name: string) => req.headers[name]?.toString() ?? null;
    this.requests.push({
      host,
      path,
      range: header('range'),
      if_range: header('if-range'),
      authorization: header('authorization'),
    });
    const at = this.faults.findIndex(({ matches }) => matches(`${host}:${path}`));
    const fault = this.faults[at];
    if (!fault) return null;
    const left = (fault.times ?? 1) - 1;
    if (left === 0) this.faults.splice(at, 1);
    else fault.times = left;
    return fault.act;
  }

  #sendTree(
    res: ServerResponse,
    tree: { name: string; commit: string; files: Map<string, StoredFile>; cursor: number },
  ): void {
    const { name, commit, cursor } = tree;
    const entries = [
      { type: 'directory', path: 'folder', oid: '0'.repeat(40), size: 0 },
      ...[...tree.files].map(([path, { content, lfs }]) => ({
        type: 'file',
        path,
        size: content.length,
        oid: gitHash(lfs ? Buffer.from(`pointer to ${path}`) : content),
        ...(lfs ? { lfs: { oid: sha256(content), size: content.length, pointerSize: 130 } } : {}),
      })),
    ];
    const next = cursor + pageSize;
    const link = `<${this.url}/api/models/${name}/tree/${commit}?recursive=true&cursor=${next}>; rel="next"`;
    send(res, entries.slice(cursor, next), next < entries.length ? { link } : {});
  }

  async #sendFile(
    req: IncomingMessage,
    res: ServerResponse,
    { content, lfs }: StoredFile,
    fault: HubFault['act'] | null,
  ): Promise<void> {
    await this.gate;
    const etag =
      fault?.kind === 'etag' ? fault.etag : `"${lfs ? sha256(content) : gitHash(content)}"`;
    const asked = /^bytes=(\d+)-/.exec(req.headers.range ?? '')?.[1];
    const other = req.headers['if-range'] !== undefined && req.headers['if-range'] !== etag;
    const part = asked !== undefined && fault?.kind !== 'ignore_range' && !other;
    const first = part ? Number(asked) - (fault?.kind === 'other_part' ? 1 : 0) : 0;
    if (part && Number(asked) >= content.length) {
      res.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
      return;
    }
    const body = spoil(content.subarray(first), fault);
    res.writeHead(part ? 206 : 200, {
      etag,
      ...(fault?.kind === 'too_long' ? {} : { 'content-length': body.length }),
      ...(part
        ? { 'content-range': `bytes ${first}-${content.length - 1}/${content.length}` }
        : {}),
    });
    if (fault?.kind !== 'cut' && fault?.kind !== 'stall') {
      res.end(body);
      return;
    }
    res.write(body.subarray(0, fault.after_bytes), () => {
      if (fault.kind === 'cut') res.destroy();
    });
  }
}

/** A whole, short or unknown name of a commit, a branch or a tag; as the hub reads it. */
function commitOf(repo: Repo, ref: string): string {
  const known = repo.refs.get(ref);
  if (known !== undefined) return known;
  const found = [...repo.commits.keys()].filter(
    (commit) => ref.length >= 7 && commit.startsWith(ref),
  );
  return found[0] ?? '';
}

function answerAtOnce(fault: HubFault['act'], res: ServerResponse): boolean {
  if (fault.kind === 'status') {
    res.writeHead(fault.status, fault.headers).end('no');
    return true;
  }
  if (fault.kind !== 'page') return false;
  res.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please log in</html>');
  return true;
}

function spoil(body: Buffer, fault: HubFault['act'] | null): Buffer {
  if (fault?.kind === 'wrong_bytes') return Buffer.from(body.map((byte) => byte ^ 1));
  if (fault?.kind === 'too_long') return Buffer.concat([body, body]);
  return body;
}

function send(res: ServerResponse, body: unknown, headers: Record<string, string> = {}): void {
  res.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function refuse(res: ServerResponse, status: number, code: string): void {
  res
    .writeHead(status, { 'content-type': 'application/json', 'x-error-code': code })
    .end(JSON.stringify({ error: code }));
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** As `git hash-object`. */
export function gitHash(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
