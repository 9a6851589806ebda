import type { AuditedKind } from '../../contract/audit.ts';
import { WatchedKind, type WatchMessage } from '../../contract/watch.ts';
import { watchRenewCode } from '../../contract/watch-link.ts';

/** A thing that was made, changed or deleted. */
export interface Touched {
  kind: AuditedKind;
  id: string | null;
}

/** How long somebody may watch, and what cuts it short. */
export interface Admission {
  /** Milliseconds since 1970. */
  until: number;
  /** Things, as `keyOf` writes them, whose change may end the right to watch. */
  renewOn: string[];
}

export interface Watcher {
  readonly admission: Admission;
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** The open watches of a hub. */
export interface WatcherBook {
  open(): Watcher[];
}

export function keyOf({ kind, id }: Touched): string {
  return `${kind}/${id}`;
}

/** So many may watch an organisation at once. */
export const mostWatchers = 200;

/** What changes in so short a time is told in one message. */
export const gatherMs = 250;

/** More things of a kind are told as "any of them". */
const mostOfAKind = 100;

/** Whose ids are told: what every member may list. */
const kindsWithIds: readonly WatchedKind[] = ['deployment', 'backend', 'host'];

/**
 * Those who watch what changes in an organisation: its hub 0 tells them. Nothing of them is stored; what a socket may
 * hear is in its attachment, which outlives hibernation.
 *
 * A watcher: let in by the Worker -> told of changes -> ended here when its time is up, or when something was changed
 * that may have let it in (its token, its session, its membership, the organisation). It dials anew, and whoever may
 * not watch any more is refused then.
 * Twice: a change that is told again makes its reader read once more. Late: within `gatherMs` changes become one
 * message; who is ended hears nothing more, also while its socket still closes. Never: a message is lost with the hub
 * (a deploy, a crash) and not sent again: watchers dial anew then and read all, and read again now and then in any case.
 * What they say is not heard. One that is slow or gone delays nobody: nothing waits for what is sent.
 */
export class Watchers {
  readonly #book: WatcherBook;
  readonly #later: (act: () => void, ms: number) => void;
  readonly #gathered = new Map<string, Touched>();
  #gathering = false;

  /** `later` calls `act` after `ms`: `setTimeout`. */
  constructor(book: WatcherBook, later: (act: () => void, ms: number) => void) {
    this.#book = book;
    this.#later = later;
  }

  hasRoom(): boolean {
    return this.#book.open().length < mostWatchers;
  }

  /** Costs nothing where nobody watches. */
  tell(touched: readonly Touched[]): void {
    if (this.#book.open().length === 0) return;
    this.#end(isTouchedBy(touched));
    for (const one of touched) this.#gathered.set(keyOf(one), one);
    if (!this.#gathering) this.#sendGathered();
  }

  /** Ends whose time is up. */
  endDue(now: number): void {
    this.#end(({ until }) => until <= now);
  }

  /** When the next one's time is up; null where nobody watches. */
  nextEndAt(): number | null {
    const ends = this.#book.open().map(({ admission }) => admission.until);
    return ends.length > 0 ? ends.reduce((a, b) => Math.min(a, b)) : null;
  }

  endAll(): void {
    this.#end(() => true);
  }

  #end(isOver: (admission: Admission) => boolean): void {
    for (const watcher of this.#book.open()) {
      if (isOver(watcher.admission)) watcher.close(watchRenewCode, 'dial anew');
    }
  }

  /** The first change is told at once, what comes right after it together. */
  #sendGathered(): void {
    const message = messageOf([...this.#gathered.values()]);
    this.#gathered.clear();
    this.#gathering = message !== null;
    if (message === null) return;
    this.endDue(Date.now());
    const text = JSON.stringify(message);
    for (const watcher of this.#book.open()) watcher.send(text);
    this.#later(() => this.#sendGathered(), gatherMs);
  }
}

function isTouchedBy(touched: readonly Touched[]): (admission: Admission) => boolean {
  if (touched.some(({ kind }) => kind === 'org')) return () => true;
  const keys = new Set(touched.map(keyOf));
  return ({ renewOn }) => renewOn.some((key) => keys.has(key));
}

/** What watchers may hear of it; null: nothing. */
function messageOf(touched: readonly Touched[]): WatchMessage | null {
  const changed = WatchedKind.options.flatMap((kind): WatchMessage['changed'] => {
    const ids = touched.flatMap((one) => (one.kind === kind ? [one.id] : []));
    if (ids.length === 0) return [];
    const isTold = kindsWithIds.includes(kind) && ids.length <= mostOfAKind;
    const known = isTold ? ids.flatMap((id) => id ?? []) : [];
    return known.length === ids.length ? known.map((id) => ({ kind, id })) : [{ kind }];
  });
  return changed.length > 0 ? { changed } : null;
}
