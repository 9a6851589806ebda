import { uuidv7obj } from 'uuidv7';

type Prefix = 'org' | 'bak' | 'dep' | 'ins' | 'host' | 'ent' | 'evt' | 'req' | 'tok';

/** A new id, such as `dep_0198f2…`: prefixed, and sortable by time (UUIDv7, RFC 9562). */
export function newId(prefix: Prefix): string {
  return `${prefix}_${uuidv7obj().toHex()}`;
}
