import { downloadFile, listFiles, modelInfo } from '@huggingface/hub';
import * as z from 'zod';
import { HubFaultError, ModelError } from './errors.ts';
import {
  type Fetch,
  faultInWords,
  type HubAccess,
  type HubRequest,
  hubFetch,
} from './hub-fetch.ts';
import { type StallWatch, watchForStall } from './stall.ts';

/** How a file's content is known: by SHA-256 where it is stored apart (LFS), else by git's SHA-1 of a blob. */
export const Digest = z.union([
  z.object({ algorithm: z.literal('sha256'), hex: z.string().regex(/^[0-9a-f]{64}$/) }),
  z.object({ algorithm: z.literal('git'), hex: z.string().regex(/^[0-9a-f]{40}$/) }),
]);
export type Digest = z.infer<typeof Digest>;

/** A path out of the repository's folder would be written elsewhere on this host. */
export const isInside = (path: string) =>
  !path.includes('\0') && path.split('/').every((step) => !['', '.', '..'].includes(step));

export const HubFile = z.object({
  path: z.string().min(1).refine(isInside, 'leaves the repository'),
  size: z.int().min(0),
  digest: Digest,
});
export type HubFile = z.infer<typeof HubFile>;

export interface OpenFile {
  repo: string;
  commit: string;
  file: HubFile;
  /** Where to begin. */
  offset: number;
  /** Of an earlier reply: the rest is wanted only of the same file. */
  etag: string | null;
}

export interface OpenedFile {
  /** Where the bytes begin: 0 when the server did not heed the offset. */
  offset: number;
  /** Null when the reply has none that compares byte by byte. */
  etag: string | null;
  chunks: AsyncIterable<Uint8Array>;
}

export type HubCall = Pick<HubRequest, 'token' | 'signal'>;

/**
 * What the agent asks a model hub. A call that got no use throws `HubFaultError` when it may pass and `ModelError` when it
 * will not; an aborted one the signal's reason.
 */
export interface Hub {
  readonly url: string;
  /** The commit that a branch, a tag or a commit (short or whole) names now. */
  resolve(repo: string, revision: string, call: HubCall): Promise<string>;
  /** All files at a commit. */
  list(repo: string, commit: string, call: HubCall): Promise<HubFile[]>;
  open(wanted: OpenFile, call: HubCall): Promise<OpenedFile>;
}

export interface HubOptions extends HubAccess {
  /** Without a byte; default 60 s. */
  stall_ms?: number;
}

export const wholeCommit = /^[0-9a-f]{40}$/;

/** Through @huggingface/hub, for what of it can be trusted: addresses, paging and ranges. See docs/decisions.md. */
export function createHub(options: HubOptions): Hub {
  const stallMs = options.stall_ms ?? 60_000;

  /** One question with a small answer. */
  async function ask<Result>(
    repo: string,
    call: HubCall,
    question: (fetch: Fetch, alive: () => void) => Promise<Result>,
  ): Promise<Result> {
    const watch = watchForStall(options.clock, stallMs, call.signal);
    try {
      const request = { repo, token: call.token, signal: watch.signal };
      return await question(hubFetch(options, request), watch.alive);
    } catch (error) {
      throw readable(error, watch.signal);
    } finally {
      watch.stop();
    }
  }

  return {
    url: options.url,

    async resolve(repo, revision, call) {
      // A whole commit names itself.
      if (wholeCommit.test(revision)) return revision;
      const { sha } = await ask(repo, call, (fetch) =>
        modelInfo({
          name: repo,
          revision,
          hubUrl: options.url,
          fetch,
          additionalFields: ['sha'],
        }),
      );
      if (!wholeCommit.test(String(sha))) throw new HubFaultError('the hub names no commit');
      return sha;
    },

    list: (repo, commit, call) =>
      ask(repo, call, async (fetch, alive) => {
        const files: HubFile[] = [];
        const entries = listFiles({
          repo: { type: 'model', name: repo },
          revision: commit,
          recursive: true,
          hubUrl: options.url,
          fetch,
        });
        for await (const { type, path, size, oid, lfs } of entries) {
          alive();
          if (type !== 'file') continue;
          const digest = lfs
            ? { algorithm: 'sha256', hex: lfs.oid }
            : { algorithm: 'git', hex: oid };
          const read = HubFile.safeParse({ path, size: lfs?.size ?? size, digest });
          if (read.success) files.push(read.data);
          else throw unreadable(repo, path, read.error);
        }
        return files;
      }),

    async open({ repo, commit, file, offset, etag }, call) {
      const watch = watchForStall(options.clock, stallMs, call.signal);
      const path = file.path.split('/').map(encodeURIComponent).join('/');
      const first = firstResponse(
        hubFetch(options, {
          repo,
          token: call.token,
          signal: watch.signal,
          ...(offset > 0 && etag !== null ? { headers: { 'if-range': etag } } : {}),
        }),
      );
      try {
        const blob = await downloadFile({
          repo: { type: 'model', name: repo },
          path: file.path,
          revision: commit,
          hubUrl: options.url,
          fetch: first.fetch,
          xet: false,
          // The list has said it all: one request less for each file.
          downloadInfo: {
            size: file.size,
            etag: file.digest.hex,
            url: `${options.url}/${repo}/resolve/${commit}/${path}`,
          },
        });
        if (!blob) throw new HubFaultError('the hub gave no file');
        const stream = blob.slice(offset).stream();
        const response = await first.response;
        watch.alive();
        return {
          offset: startOf(response, offset, file.size),
          etag: strongEtag(response),
          chunks: chunksOf(stream, watch),
        };
      } catch (error) {
        watch.stop();
        throw readable(error, watch.signal);
      }
    },
  };
}

/** The client's stream tells neither status nor headers, and makes a plain text of an error: both are taken here. */
function firstResponse(through: Fetch): { fetch: Fetch; response: Promise<Response> } {
  let settle: (response: Promise<Response>) => void = () => {};
  const response = new Promise<Response>((resolve) => {
    settle = resolve;
  });
  return {
    response,
    fetch(input, init) {
      const answer = through(input, init);
      settle(answer);
      return answer;
    },
  };
}

/** Where the bytes of a reply begin. A server may answer with the whole file whatever part it was asked for. */
function startOf(response: Response, offset: number, size: number): number {
  if (offset === 0 || response.status !== 206) return 0;
  const [, first, total] =
    /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '') ?? [];
  if (Number(first) === offset && (total === '*' || Number(total) === size)) return offset;
  throw new HubFaultError('the hub gave another part of the file', { start_over: true });
}

/** A weak one does not compare byte by byte (RFC 9110, section 13.1.5). */
function strongEtag(response: Response): string | null {
  const etag = response.headers.get('etag');
  return etag?.startsWith('"') ? etag : null;
}

async function* chunksOf(
  stream: ReadableStream<Uint8Array>,
  watch: StallWatch,
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      watch.alive();
      yield value;
    }
  } catch (error) {
    throw readable(error, watch.signal);
  } finally {
    watch.stop();
    // Of one that ended this does nothing; of any other it ends the request.
    await reader.cancel().catch(() => {});
  }
}

/** What is neither a fault nor a refusal came from a reply that is not the hub's: a proxy's page, a cut connection. */
function readable(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof HubFaultError || error instanceof ModelError) return error;
  return new HubFaultError(faultInWords(error));
}

function unreadable(repo: string, path: string, error: z.ZodError): ModelError {
  const why = error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`).join('; ');
  return new ModelError(
    'model_download_failed',
    `The hub's list of ${repo} has a file that cannot be used: ${JSON.stringify(path)} (${why}).`,
  );
}
