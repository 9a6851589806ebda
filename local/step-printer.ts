import type { Step } from './docker/ensure-engine.ts';

/** Where steps are shown: `process.stdout`, or what a test looks at. */
export interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface StepPrinter {
  /** On a terminal a step under way stands on the last line with its time; elsewhere it is one line when it is done. */
  step(step: Step): void;
  /** What the step under way is at. */
  progress(text: string): void;
  /** A line of its own, above the step under way. */
  line(text: string): void;
  /** The step under way will not be done. */
  abandon(): void;
}

const TICK_MS = 250;
const CLEAR_LINE = '\r\x1b[K';

export function createStepPrinter(screen: Screen, now: () => number): StepPrinter {
  const isTerminal = screen.isTTY ?? false;
  let open: { name: string; begun: number; notes: string[]; timer: NodeJS.Timeout } | null = null;

  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
  const label = (name: string) => `  ${name} `.padEnd(24, '.');
  const draw = () => {
    if (!open || !isTerminal) return;
    const text = [label(open.name), open.notes.join(' -> '), seconds(now() - open.begun)];
    screen.write(
      `${CLEAR_LINE}${text
        .filter((part) => part !== '')
        .join(' ')
        .slice(0, (screen.columns || 80) - 1)}`,
    );
  };
  const close = () => {
    if (open) clearInterval(open.timer);
    if (open && isTerminal) screen.write(CLEAR_LINE);
    open = null;
  };

  return {
    step(step) {
      if (step.state === 'begun') {
        close();
        const timer = setInterval(draw, TICK_MS);
        timer.unref();
        open = { name: step.name, begun: now(), notes: [], timer };
        draw();
        return;
      }
      const notes = open?.notes ?? [];
      close();
      const result = [...notes, step.result].join(' -> ');
      screen.write(`${label(step.name)} ${result} (${seconds(step.elapsed_ms)})\n`);
    },
    progress(text) {
      open?.notes.push(text);
      draw();
    },
    line(text) {
      if (open && isTerminal) screen.write(CLEAR_LINE);
      screen.write(`${text}\n`);
      draw();
    },
    abandon() {
      if (open && isTerminal) {
        draw();
        screen.write('\n');
      } else if (open) {
        screen.write(`${label(open.name)} ${[...open.notes, 'not done'].join(' -> ')}\n`);
      }
      if (open) clearInterval(open.timer);
      open = null;
    },
  };
}
