import { SetupError } from './docker/setup-error.ts';
import { logTail } from './home/logs.ts';
import { type ChildExit, describeExit } from './process/child.ts';

/** The first of the parts that nothing runs without to end by itself. */
export interface Breakage {
  readonly broken: Promise<SetupError>;
  report(part: string, exit: ChildExit, logFile: string): void;
}

export function createBreakage(): Breakage {
  let settle: (error: SetupError) => void = () => {};
  const broken = new Promise<SetupError>((resolve) => {
    settle = resolve;
  });
  return {
    broken,
    report(part, exit, logFile) {
      const tail = logTail(logFile, 5);
      settle(
        new SetupError(
          `${part} ${describeExit(exit)}${tail === '' ? '.' : `:\n${tail}`}`,
          `For more, see ${logFile}. Start Longshore again: it goes on with its data.`,
        ),
      );
    },
  };
}
