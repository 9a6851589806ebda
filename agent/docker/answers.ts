import type { IncomingMessage } from 'node:http';
import type * as z from 'zod';
import { EngineRefusedError } from './errors.ts';
import { ErrorReply } from './replies.ts';
import { readBody } from './transport.ts';

const largestReplyBytes = 16 * 1024 * 1024;

/** Reads a reply's body by its schema. */
export function json<Schema extends z.ZodType>(schema: Schema) {
  return async (reply: IncomingMessage): Promise<z.infer<Schema>> => {
    const read = schema.safeParse(parseJson((await readBody(reply, largestReplyBytes)).toString()));
    if (read.success) return read.data;
    const where = read.error.issues[0]?.path.join('.') ?? '';
    throw new EngineRefusedError(500, `the Docker engine gave an unknown reply (at "${where}")`);
  };
}

export async function nothing(): Promise<void> {}

/** What a reply with an error's status says. */
export async function refusal(reply: IncomingMessage): Promise<EngineRefusedError> {
  const text = (await readBody(reply, 64 * 1024)).toString().trim();
  const read = ErrorReply.safeParse(parseJson(text));
  const message = read.success ? read.data.message : text.slice(0, 500);
  return new EngineRefusedError(reply.statusCode ?? 0, message);
}

/** For a call that is fine with 404. */
export async function orOn404<Result, Missing>(
  call: Promise<Result>,
  missing: Missing,
): Promise<Result | Missing> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof EngineRefusedError && error.status === 404) return missing;
    throw error;
  }
}

/** Undefined for what is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
