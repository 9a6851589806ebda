import { spawn } from 'node:child_process';

/**
 * Ends our children when this process itself is killed and can no longer do it: a shell that reads from a pipe of ours.
 * At the pipe's end it stops every process group that was added and not removed, the newest first, and gives each 20 s
 * before it kills it.
 */
export interface Guard {
  readonly pid: number;
  add(groupId: number): void;
  remove(groupId: number): void;
  /** It ends; groups that are still with it are stopped. */
  close(): void;
}

const SCRIPT = `
trap '' INT TERM HUP
groups=''
while read -r verb group; do
  case $verb in
    add) groups="$group $groups" ;;
    remove)
      left=''
      for each in $groups; do [ "$each" = "$group" ] || left="$left $each"; done
      groups=$left ;;
  esac
done
for group in $groups; do
  kill -TERM "-$group" || continue
  tenths=0
  while [ $tenths -lt 200 ] && kill -0 "-$group"; do sleep 0.1; tenths=$((tenths + 1)); done
  kill -KILL "-$group"
done
`;

export function startGuard(): Guard {
  // In a session of its own: a terminal's Ctrl-C goes to the whole foreground group.
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'longshore-guard'], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  if (shell.pid === undefined) throw new Error('/bin/sh cannot be started');
  shell.unref();
  // Without its guard the stack runs on; only a hard kill of this process would then leave children behind.
  shell.stdin.on('error', () => {});
  return {
    pid: shell.pid,
    add: (groupId) => void shell.stdin.write(`add ${groupId}\n`),
    remove: (groupId) => void shell.stdin.write(`remove ${groupId}\n`),
    close: () => void shell.stdin.end(),
  };
}
