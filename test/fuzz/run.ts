import { schemaChecker } from '../support/json-schema.ts';
import { type NamedOperation, operationsOf } from '../support/openapi.ts';
import { brokenRequest } from './broken-request.ts';
import { faultsOf } from './check.ts';
import { seeded, seedOf } from './random.ts';
import { bytesOf, curlOf, type FuzzRequest } from './request.ts';
import { isWithoutEffect } from './rows.ts';
import { type FuzzReply, send } from './send.ts';
import { shrink } from './shrink.ts';
import { tend } from './tend.ts';
import { validRequest } from './valid-request.ts';
import { learnFrom, type World } from './world.ts';

/** They hash a password, 150 ms each: these get a third of the rounds. */
const hashing = new Set(['signInByPassword', 'acceptInvitation', 'setPassword']);

/** So many more valid requests gets, at the most, what did nothing of what it is for. */
const catchUpRounds = 40;

export interface FuzzOptions {
  /** Requests of each operation. */
  runs: number;
  seed: number;
  /** Only this one, by its id. */
  operation?: string | undefined;
  /** Operations that cannot do here what they are for. */
  neverSucceed: readonly string[];
}

export interface FuzzResult {
  requests: number;
  /** By operation, how often it answered with which status. */
  statuses: Map<string, Map<number, number>>;
  /** Operations that did what they are for at least once. */
  reached: Set<string>;
  /** Each fault once for each operation, with a line for a shell that shows it. */
  faults: string[];
}

/**
 * Sends requests of every operation in rounds, so that what one makes is there for the others: half of them as the
 * document describes, half with something wrong. After the same requests a seed gives the same ones again.
 */
export async function fuzz(world: World, options: FuzzOptions): Promise<FuzzResult> {
  const { runs, seed } = options;
  const operations = operationsOf(world.document).filter(({ operation: { operationId } }) =>
    [undefined, operationId].includes(options.operation),
  );
  const checker = schemaChecker(world.document);
  const statuses: FuzzResult['statuses'] = new Map();
  const faults = new Map<string, string>();
  const reached = new Set<string>();
  let requests = 0;

  const examine = async (request: FuzzRequest): Promise<[FuzzReply | undefined, string[]]> => {
    try {
      const reply = await send(world.url, request);
      const faults = faultsOf(world, checker, request, reply);
      // What a refused batch wrote was undone, and is counted all the same: only the rows tell.
      const isUndone =
        reply.status >= 400 && reply.rowsWritten && (await isWithoutEffect(world, request));
      return [reply, isUndone ? faults.filter((fault) => !fault.startsWith('written:')) : faults];
    } catch (error) {
      // A body that is too large is refused before it is read; the client may still be writing then.
      const isReset = /ECONNRESET|EPIPE/.test(String(error));
      if (isReset && (bytesOf(request.body)?.length ?? 0) > 1024 * 1024) return [undefined, []];
      return [undefined, [`no answer: ${error instanceof Error ? error.message : error}`]];
    }
  };

  for (let round = 0; round < runs + catchUpRounds; round += 1) {
    const isCatchingUp = round >= runs;
    const asked = operations.filter(({ operation: { operationId: id } }) => {
      if (isCatchingUp) return !reached.has(id) && !options.neverSucceed.includes(id);
      return !hashing.has(id) || round % 3 === 0 || operations.length === 1;
    });
    if (asked.length === 0) break;
    await tend(world, round);
    // In another order each time: what ends all sessions must not always go before what ends one.
    const rank = ({ operation }: NamedOperation) => seedOf(seed + 1, operation.operationId, round);
    for (const operation of asked.sort((left, right) => rank(left) - rank(right))) {
      const id = operation.operation.operationId;
      const random = seeded(seedOf(seed, id, round));
      const make = isCatchingUp || random.chance(0.5) ? validRequest : brokenRequest;
      const request = make(world, operation, random);
      const [reply, found] = await examine(request);
      requests += 1;
      const counts = statuses.get(id) ?? new Map<number, number>();
      counts.set(reply?.status ?? 0, (counts.get(reply?.status ?? 0) ?? 0) + 1);
      statuses.set(id, counts);
      if (reply && reply.status < 300 && request.reaches) {
        reached.add(id);
        const isJson = /json/.test(reply.headers.get('content-type') ?? '');
        learnFrom(world, request, reply.headers, isJson ? JSON.parse(reply.text) : undefined);
      }
      for (const fault of found) {
        const kind = `${id} ${fault.replaceAll(/\d+|req_\w+|"[^"]*"/g, '')}`;
        if (faults.has(kind)) continue;
        const word = fault.split(':')[0];
        const smallest = await shrink(request, async (smaller) => {
          const [, again] = await examine(smaller);
          return again.some((one) => one.split(':')[0] === word);
        });
        const tokens = Object.values(world.credentials).flat();
        const line = curlOf(smallest, world.url, tokens).slice(0, 3000);
        faults.set(
          kind,
          `${id}, round ${round} of seed ${seed}, ${request.what}\n  ${fault}\n  ${line}`,
        );
      }
    }
  }
  return { requests, statuses, reached, faults: [...faults.values()] };
}

/** How many requests of each operation were answered how. */
export function countsOf({ requests, statuses }: FuzzResult): string {
  const lines = [...statuses].map(([id, counts]) => {
    const parts = [...counts].sort(([left], [right]) => left - right);
    return `  ${id.padEnd(30)} ${parts.map(([status, count]) => `${status}: ${count}`).join('  ')}`;
  });
  return [`${requests} requests of ${statuses.size} operations`, ...lines].join('\n');
}
