export interface Interrupts {
  /** Aborted by the first Ctrl-C (SIGINT), SIGTERM or SIGHUP. */
  signal: AbortSignal;
  /** What the second one does before the process ends. */
  onForce(force: () => void): void;
}

/** npm and make may pass a Ctrl-C on to a process that the terminal has told already. */
const SAME_PRESS_MS = 500;

export function createInterrupts(): Interrupts {
  const controller = new AbortController();
  let first = 0;
  let force = () => {};
  const told = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) {
      first = performance.now();
      controller.abort(new Error(`told to stop by ${signal}`));
      return;
    }
    if (performance.now() - first < SAME_PRESS_MS) return;
    force();
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, told);
  return {
    signal: controller.signal,
    onForce(action) {
      force = action;
    },
  };
}
