import { randomBytes } from 'node:crypto';

/** A secret as hosts make them: 256 random bits. */
export function newHostSecret(): string {
  return `lsh_${randomBytes(32).toString('base64url')}`;
}
