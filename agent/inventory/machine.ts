import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { isErrno } from '../atomic-file.ts';
import { inTime } from '../in-time.ts';

/** Runs a program and gives what it printed; `exit_code` null: it could not be run, or was killed. */
export type RunProgram = (file: string, args: readonly string[]) => Promise<Ran>;

export interface Ran {
  exit_code: number | null;
  not_found: boolean;
  stdout: string;
  stderr: string;
}

/** A file in `/dev`, or a folder of them. */
export interface DeviceNode {
  path: string;
  /** The group whose members may use it; null when everybody or only root may. */
  group: number | null;
}

/** What the scans ask of the machine that they run on. */
export interface Machine {
  run: RunProgram;
  /** A text file; null when it is not there or cannot be read. */
  read(path: string): Promise<string | null>;
  /** Names in a folder; none when it is not there or cannot be read. */
  list(path: string): Promise<string[]>;
  /** Null when it is not there. */
  node(path: string): Promise<DeviceNode | null>;
}

/** The drivers' programs hang when a GPU does. */
export const programDeadlineMs = 15_000;

/** One that waits for its driver cannot even be killed. */
export function programRunner(deadlineMs: number): RunProgram {
  const ask = inTime<Ran>(deadlineMs + 1000);
  return async (file, args) =>
    (await ask(JSON.stringify([file, args]), () => execute(file, args, deadlineMs))) ?? noAnswer;
}

const noAnswer: Ran = { exit_code: null, not_found: false, stdout: '', stderr: '' };

function execute(file: string, args: readonly string[], deadlineMs: number): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      {
        timeout: deadlineMs,
        killSignal: 'SIGKILL',
        maxBuffer: 1024 * 1024,
        // Tools of drivers translate what they print.
        env: { ...process.env, LC_ALL: 'C' },
      },
      (error, stdout, stderr) => {
        const code = error ? error.code : 0;
        const not_found = code === 'ENOENT';
        resolve({ exit_code: typeof code === 'number' ? code : null, not_found, stdout, stderr });
      },
    );
  });
}

export const thisMachine: Machine = {
  run: programRunner(programDeadlineMs),
  read: (path) => unlessAbsent(readFile(path, 'utf8'), null),
  list: (path) => unlessAbsent(readdir(path), []),
  node: (path) => unlessAbsent(nodeAt(path), null),
};

async function nodeAt(path: string): Promise<DeviceNode> {
  const { gid, mode } = await stat(path);
  const byGroup = gid !== 0 && (mode & 0o060) !== 0 && (mode & 0o006) === 0;
  return { path, group: byGroup ? gid : null };
}

async function unlessAbsent<Value, Absent>(
  value: Promise<Value>,
  absent: Absent,
): Promise<Value | Absent> {
  try {
    return await value;
  } catch (error) {
    // What sysfs has of a device that has just gone answers with I/O errors of several kinds.
    const expected = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EIO', 'ENODEV', 'ENXIO', 'EISDIR'];
    if (expected.some((code) => isErrno(error, code))) return absent;
    throw error;
  }
}
