import { uuidv7obj } from 'uuidv7';

type Prefix =
  | 'org'
  | 'bak'
  | 'dep'
  | 'ins'
  | 'host'
  | 'ent'
  | 'evt'
  | 'req'
  | 'tok'
  | 'usr'
  | 'acc'
  | 'ses'
  | 'inv'
  | 'aud';

/** Hex digits of a UUIDv7's time, and of the rest. */
const [timeLength, restLength] = [12, 20];

/** A new id, such as `dep_0198f2…`: prefixed, and sortable by time (UUIDv7, RFC 9562). */
export function newId(prefix: Prefix): string {
  return `${prefix}_${uuidv7obj().toHex()}`;
}

/** When an id was made, in milliseconds since 1970. */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(id.indexOf('_') + 1).slice(0, timeLength), 16);
}

/** What no id that was made at `time` or later sorts before, and every earlier one does. */
export function firstIdAt(prefix: Prefix, time: number): string {
  const digits = Math.max(0, time).toString(16).padStart(timeLength, '0');
  return `${prefix}_${digits}${'0'.repeat(restLength)}`;
}
