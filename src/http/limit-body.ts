import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { Failure } from '../../contract/failure.ts';
import type { AppEnv } from './context.ts';

const kibibyte = 1024;

export const maxBodyBytes = 1024 * kibibyte;

/** Of messages between machines, by path. */
const otherLimits: Readonly<Record<string, number>> = {
  '/api/agent/v1/enroll': 64 * kibibyte,
  // 1024 instances that each fail with 4,096 characters of why.
  '/api/agent/v1/sync': 6 * 1024 * kibibyte,
};

/**
 * Refuses a body that is larger than its path takes: before any of it is read where its length is told, else as soon as
 * it has grown past that. @throws Failure `payload_too_large`
 */
export const limitBody: MiddlewareHandler<AppEnv> = (c, next) => {
  const maxSize = otherLimits[c.req.path] ?? maxBodyBytes;
  const onError = () => {
    throw new Failure('payload_too_large', `A body holds at most ${maxSize} bytes here.`);
  };
  return bodyLimit({ maxSize, onError })(c, next);
};
