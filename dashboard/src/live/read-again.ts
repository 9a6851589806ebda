import type { Query, QueryClient } from '@tanstack/react-query';
import type { Deployment } from '../../../contract/deployment.ts';
import type { WatchedChange, WatchedKind, WatchMessage } from '../../../contract/watch.ts';
import type { Reply } from '../api/client.ts';
import { deploymentKeys } from '../deployments/queries.ts';

/** What begins the keys of the queries that hang on a kind of thing. The audit hangs on all. */
const keysOf: Record<WatchedKind, readonly string[]> = {
  deployment: ['deployments'],
  // Deployments say whether what they use has moved on.
  backend: ['backends', 'deployments'],
  secret: ['secrets', 'deployments'],
  registry: ['registries', 'deployments'],
  host: ['hosts'],
  enrollment_token: ['enrollment-tokens'],
  token: ['tokens'],
  org: ['orgs', 'me'],
  member: ['members', 'me'],
  invitation: ['invitations'],
};

/** At most so often is read what hangs on one kind, and less often where reading takes long. */
const SHORTEST_GAP_MS = 1_000;
const GAP_PER_READING = 5;

/** What changed of a kind: ids, or null for any of it. */
type Ids = Set<string> | null;

/**
 * Reads what is shown, as far as `predicate` says. What is just being read for the first time is read once more after
 * that: the library would take that reading for this one, and it may have begun before the change. In a hidden tab
 * nothing is read: it is stale, and read when the tab is looked at.
 */
export async function readNow(
  queries: QueryClient,
  predicate: (query: Query) => boolean = () => true,
): Promise<void> {
  const refetchType = document.hidden ? 'none' : 'active';
  const first = queries
    .getQueryCache()
    .findAll({ predicate, fetchStatus: 'fetching' })
    .filter(({ state }) => state.data === undefined);
  await queries.invalidateQueries({ predicate, refetchType });
  if (first.length === 0) return;
  await queries.invalidateQueries({ predicate: (query) => first.includes(query), refetchType });
}

/**
 * Reads again what is shown of things that changed, the first time at once. What comes while something is being read
 * is read after it, so that the last change is always seen.
 */
export class ReadAgain {
  readonly #queries: QueryClient;
  readonly #waiting = new Map<WatchedKind, Ids>();
  readonly #busy = new Set<WatchedKind>();

  constructor(queries: QueryClient) {
    this.#queries = queries;
  }

  /** Takes a message of the watch. */
  take(text: string): void {
    const { changed } = JSON.parse(text) as WatchMessage; // contract/ promises it
    for (const change of changed) this.#note(change);
    for (const kind of [...this.#waiting.keys()]) void this.#read(kind);
  }

  #note({ kind, id }: WatchedChange): void {
    const known = this.#waiting.get(kind);
    if (id === undefined || known === null) this.#waiting.set(kind, null);
    else this.#waiting.set(kind, new Set(known).add(id));
  }

  async #read(kind: WatchedKind): Promise<void> {
    const ids = this.#waiting.get(kind);
    if (ids === undefined || this.#busy.has(kind)) return;
    this.#waiting.delete(kind);
    this.#busy.add(kind);
    const startedAt = performance.now();
    await readNow(this.#queries, (query) => this.#hangsOn(query, kind, ids));
    const tookMs = performance.now() - startedAt;
    setTimeout(
      () => {
        this.#busy.delete(kind);
        void this.#read(kind);
      },
      Math.max(SHORTEST_GAP_MS, GAP_PER_READING * tookMs),
    );
  }

  #hangsOn({ queryKey, state }: Query, kind: WatchedKind, ids: Ids): boolean {
    const [first, part, which] = queryKey;
    if (first === 'audit') return !hasManyPages(state.data);
    if (typeof first !== 'string' || !keysOf[kind].includes(first)) return false;
    if (ids === null || part !== 'one' || typeof which !== 'string') return true;
    const id = kind === 'host' ? which : kind === 'deployment' ? this.#idOf(which) : undefined;
    return id === undefined || ids.has(id);
  }

  /** Of a deployment that is shown. */
  #idOf(name: string): string | undefined {
    return this.#queries.getQueryData<Reply<Deployment>>(deploymentKeys.one(name))?.data.id;
  }
}

/** Each page would be asked for again. */
function hasManyPages(data: unknown): boolean {
  const { pages } = Object(data);
  return Array.isArray(pages) && pages.length > 1;
}
