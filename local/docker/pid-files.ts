import { readFileSync } from 'node:fs';
import { runCommand } from './command.ts';

const READ_DEADLINE_MS = 5_000;

/** Written by an engine when it starts; one that was killed hard leaves them behind. */
const PID_FILES = [
  { path: '/var/run/docker.pid', program: 'dockerd' },
  { path: '/var/run/docker/containerd/containerd.pid', program: 'containerd' },
] as const;

export type PidFileState = 'absent' | 'live' | 'stale';

/**
 * Whether the process that a pid file names is still that program. The engine itself only asks whether *some* process
 * has the number, so after a hard kill or a reboot a stranger's process can keep it from starting.
 */
export function pidFileState(file: {
  content: string | null;
  program: string;
  /** The name of the process with this number, or null when there is none. */
  nameOf: (pid: number) => string | null;
}): PidFileState {
  if (file.content === null) return 'absent';
  const text = file.content.trim();
  if (!/^[1-9]\d*$/.test(text)) return 'stale';
  return file.nameOf(Number(text)) === file.program ? 'live' : 'stale';
}

/**
 * Reads the engine's pid files: whether an engine is alive (perhaps still starting), and which files are stale. `root`
 * goes before commands that need root, since only root may look into the engine's folder.
 */
export async function readPidFiles(
  root: readonly string[],
): Promise<{ engineAlive: boolean; stale: string[] }> {
  const stale: string[] = [];
  let engineAlive = false;
  for (const { path, program } of PID_FILES) {
    const read = await runCommand([...root, 'cat', path], { deadline_ms: READ_DEADLINE_MS });
    const content = read.code === 0 ? read.output : null;
    const state = pidFileState({ content, program, nameOf: processName });
    if (state === 'stale') stale.push(path);
    if (state === 'live' && program === 'dockerd') engineAlive = true;
  }
  return { engineAlive, stale };
}

function processName(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    // It has ended: there is no such folder, or it went while we read.
    return null;
  }
}
