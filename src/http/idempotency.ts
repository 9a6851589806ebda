import { Failure } from '../../contract/failure.ts';
import { sha256 } from '../tenancy/hash.ts';
import { findReceipt, insertReceipt } from '../tenancy/idempotency/store.ts';
import type { Scope } from '../tenancy/scope.ts';
import type { AppContext } from './context.ts';
import { etagOf } from './etag.ts';

/** Thrown where the answer to this key is known: the error handler sends it. */
export class Replay extends Error {
  override name = 'Replay';
  readonly status: number;
  readonly body: string;
  readonly headers: Record<string, string>;

  constructor(status: number, body: string, headers: Record<string, string>) {
    super('replayed');
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

type LocationOf = (answer: Record<string, unknown>) => string;

/** A concurrent twin wrote the receipt first; the error handler looks it up. */
class TwinWon extends Failure {
  readonly locationOf: LocationOf | undefined;

  constructor(locationOf: LocationOf | undefined) {
    super('conflict', 'The same request is being answered right now.');
    this.locationOf = locationOf;
  }
}

/**
 * The scope of a POST whose answer has `status` on success. With an `Idempotency-Key` header the answer is kept in the
 * write batch of its effect, and given again for the same key and body, with the headers that follow from it: the
 * `ETag` of its revision, and where `locationOf` says that it is.
 * @throws Replay; Failure `idempotency_key_reused` when the key came with another body
 */
export async function idempotentScope(
  c: AppContext,
  status: 200 | 201 | 202,
  locationOf?: LocationOf,
): Promise<Scope> {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return c.var.scope;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new Failure('invalid_request', 'The idempotency key is not usable.', [
      {
        pointer: 'Idempotency-Key',
        code: 'invalid',
        detail: 'Send 1-255 printable ASCII characters, such as a UUID.',
      },
    ]);
  }
  await replayKnown(c, locationOf);
  const row = { ...receiptKey(c), key, status, fingerprint: await fingerprint(c) };
  return {
    ...c.var.scope,
    receipt: (body) => [
      {
        query: insertReceipt(c.var.database, {
          ...row,
          body: JSON.stringify(body),
          createdAt: c.var.scope.now,
        }),
        refusal: new TwinWon(locationOf),
      },
    ],
  };
}

/** @throws Replay when `error` means that a concurrent request with the same key was first */
export async function replayTwin(c: AppContext, error: Error): Promise<void> {
  if (error instanceof TwinWon) await replayKnown(c, error.locationOf);
}

async function replayKnown(c: AppContext, locationOf: LocationOf | undefined): Promise<void> {
  const known = await findReceipt(c.var.database, {
    ...receiptKey(c),
    key: c.req.header('idempotency-key') ?? '',
  });
  if (!known) return;
  if (known.fingerprint !== (await fingerprint(c))) {
    throw new Failure(
      'idempotency_key_reused',
      'This idempotency key was sent with another body before.',
    );
  }
  const answer: Record<string, unknown> = JSON.parse(known.body); // an object: a representation
  throw new Replay(known.status, known.body, {
    ...(typeof answer.revision === 'number' ? { etag: etagOf(answer.revision) } : {}),
    ...(locationOf ? { location: locationOf(answer) } : {}),
  });
}

function receiptKey(c: AppContext): { orgId: string; route: string } {
  return { orgId: c.var.scope.orgId, route: `${c.req.method} ${c.req.path}` };
}

async function fingerprint(c: AppContext): Promise<string> {
  return sha256(`${c.req.header('content-type') ?? ''}\n${await c.req.text()}`);
}
