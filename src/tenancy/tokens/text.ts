/*
 * The text of an API token: `lsk_`, 256 random bits in 43 characters, and the CRC-32 of all before it in 6. As GitHub
 * does it: letters and digits only, so that a double click takes all of it; scanners for leaked secrets know it by its
 * prefix and can tell it from what only looks like it; one that was mistyped or cut is refused without a request to
 * the database.
 */

const prefix = 'lsk_';
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const bodyLength = 43;
const checksumLength = 6;
/** So much of a token may be shown: 24 of its bits. */
const shownLength = prefix.length + 4;

export function newTokenText(): string {
  const random = crypto.getRandomValues(new Uint8Array(32));
  const value = random.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const text = prefix + base62(value, bodyLength);
  return text + checksumOf(text);
}

/** True for what has the prefix of API tokens. */
export function looksLikeToken(text: string): boolean {
  return text.startsWith(prefix);
}

/** True for what `newTokenText` may have made. */
export function isTokenText(text: string): boolean {
  if (!/^lsk_[0-9A-Za-z]{49}$/.test(text)) return false;
  return checksumOf(text.slice(0, -checksumLength)) === text.slice(-checksumLength);
}

/** The first characters, by which people tell tokens apart. */
export function shownPrefix(text: string): string {
  return text.slice(0, shownLength);
}

function checksumOf(text: string): string {
  return base62(BigInt(crc32(text)), checksumLength);
}

function base62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest /= 62n)
    text = digits[Number(rest % 62n)] + text;
  return text;
}

/** CRC-32 as in zip and PNG (ISO 3309), bit by bit: a token is short. */
function crc32(text: string): number {
  let remainder = ~0;
  for (const byte of new TextEncoder().encode(text)) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = (remainder >>> 1) ^ (0xedb88320 & -(remainder & 1));
    }
  }
  return ~remainder >>> 0;
}
