import { stripVTControlCharacters } from 'node:util';

/**
 * The text in a log of the engine for a container without a terminal: frames of 8 bytes (stream, 3 zeros, length as
 * big-endian uint32) and their payload. A last frame that is cut is taken as far as it goes.
 * Docker Engine API, "Attach to a container", stream format.
 */
export function readLogFrames(bytes: Buffer): string {
  const payloads: Buffer[] = [];
  let at = 0;
  while (at + 8 <= bytes.length) {
    const length = bytes.readUInt32BE(at + 4);
    payloads.push(bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(payloads).toString('utf8');
}

/** The last lines of a log without blank ones and control characters other than tabs. */
export function lastLines(text: string, count: number): string[] {
  return text
    .split(/\r?\n|\r/)
    .map(withoutControls)
    .filter((line) => line.trim() !== '')
    .slice(-count);
}

function withoutControls(line: string): string {
  return stripVTControlCharacters(line).replace(/(?!\t)\p{Cc}/gu, '');
}
