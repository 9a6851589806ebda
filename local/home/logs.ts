import { readFileSync, renameSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

const KEPT = 3;
const POLL_MS = 500;
/** A burst beyond this is not for a terminal; the file has it. */
const MAX_READ_BYTES = 256 * 1024;

export function logFileOf(folder: string, name: string): string {
  return join(folder, `${name}.log`);
}

/** A part's log file for this start; those of the last starts are kept beside it, `.1` the newest. */
export function rotateLog(folder: string, name: string): string {
  const file = logFileOf(folder, name);
  for (let age = KEPT; age >= 1; age--) {
    try {
      renameSync(age === 1 ? file : `${file}.${age - 1}`, `${file}.${age}`);
    } catch {
      // There were fewer starts.
    }
  }
  return file;
}

/** The end of a log, for a message about why its writer ended. */
export function logTail(file: string, lines: number): string {
  try {
    const text = readFileSync(file, 'utf8').slice(-16_384);
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-lines)
      .join('\n');
  } catch {
    // It never wrote any.
    return '';
  }
}

/** Hands over each whole line that is written to a file from now on, until the returned function is called. */
export function followLog(file: string, onLine: (line: string) => void): () => void {
  let offset = 0;
  let rest = '';
  let reading = false;
  const readOn = async () => {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      // A part that was started again has a new file.
      if (size < offset) offset = 0;
      if (size - offset > MAX_READ_BYTES) {
        offset = size - MAX_READ_BYTES;
        rest = '';
      }
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(size - offset), {
        position: offset,
      });
      offset += bytesRead;
      const lines = (rest + buffer.toString('utf8', 0, bytesRead)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    } finally {
      await handle.close();
    }
  };
  const timer = setInterval(() => {
    if (reading) return;
    reading = true;
    // ENOENT: its writer has not started yet.
    readOn()
      .catch(() => {})
      .finally(() => {
        reading = false;
      });
  }, POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
