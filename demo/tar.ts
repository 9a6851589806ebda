import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** A file's content is bytes at hand or the path of a file to read; a folder has none. */
export type TarEntry =
  | { path: string; mode: number; kind: 'folder' }
  | { path: string; mode: number; kind: 'file'; content: Uint8Array | { fromFile: string } };

const BLOCK_BYTES = 512;
const MAX_FILE_BYTES = 8 ** 11 - 1;

/**
 * Streams the entries as a POSIX ustar archive, all owned by root and dated 1970, so that the same entries give the same
 * bytes. Throws when a path does not fit ustar's 100 + 155 bytes, or a file changes its size while it is read.
 */
export async function* writeTar(entries: Iterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    if (entry.kind === 'folder') {
      yield tarHeader({ path: `${entry.path}/`, mode: entry.mode, size: 0, type: '5' });
    } else if (entry.content instanceof Uint8Array) {
      const size = entry.content.byteLength;
      yield tarHeader({ path: entry.path, mode: entry.mode, size, type: '0' });
      yield entry.content;
      yield padding(size);
    } else {
      const { size } = await stat(entry.content.fromFile);
      yield tarHeader({ path: entry.path, mode: entry.mode, size, type: '0' });
      yield* fileBytes(entry.content.fromFile, size);
      yield padding(size);
    }
  }
  yield new Uint8Array(2 * BLOCK_BYTES);
}

async function* fileBytes(file: string, size: number): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    const bytes: Uint8Array = chunk;
    read += bytes.byteLength;
    if (read > size) break;
    yield bytes;
  }
  if (read !== size) throw new Error(`${file} changed its size while it was read`);
}

function padding(size: number): Uint8Array {
  return new Uint8Array((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES);
}

function tarHeader(entry: { path: string; mode: number; size: number; type: '0' | '5' }): Buffer {
  if (entry.size > MAX_FILE_BYTES) throw new Error(`${entry.path} is too large for a tar archive`);
  const { name, prefix } = splitPath(entry.path);
  const header = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');
  header.write(name, 0);
  header.write(octal(entry.mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(entry.size, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(' '.repeat(8), 148);
  header.write(entry.type, 156);
  header.write('ustar\u000000', 257);
  header.write(prefix, 345);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${octal(checksum, 6)}\0 `, 148);
  return header;
}

/** ustar keeps a long path in two fields, cut at a slash: up to 155 bytes before it, up to 100 after it. */
function splitPath(path: string): { name: string; prefix: string } {
  if (Buffer.byteLength(path) <= 100) return { name: path, prefix: '' };
  for (let cut = path.indexOf('/', 1); cut > 0; cut = path.indexOf('/', cut + 1)) {
    const prefix = path.slice(0, cut);
    const name = path.slice(cut + 1);
    const nameBytes = Buffer.byteLength(name);
    if (nameBytes > 0 && nameBytes <= 100 && Buffer.byteLength(prefix) <= 155) {
      return { name, prefix };
    }
  }
  throw new Error(`the path is too long for a tar archive: ${path}`);
}
