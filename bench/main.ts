import { SetupError } from '../local/docker/setup-error.ts';
import { createInterrupts, type Interrupts } from '../local/interrupts.ts';
import { createUndoList, type UndoList } from '../local/undo.ts';

/**
 * Runs a bench and ends the process: 0 when it could measure, else 1, and 130 after a Ctrl-C. Whatever it left in
 * `undo` is stopped and removed first, but after the error is told: clearing up may take a while, or fail itself.
 */
export async function runBench(
  bench: (interrupts: Interrupts, undo: UndoList) => Promise<string>,
): Promise<never> {
  const interrupts = createInterrupts();
  const undo = createUndoList();
  let code = 0;
  try {
    process.stdout.write(await bench(interrupts, undo));
  } catch (error) {
    code = interrupts.signal.aborted ? 130 : 1;
    if (code === 1) console.error(describe(error));
  }
  await undo.run().catch((left: unknown) => {
    code ||= 1;
    console.error(messageOf(left));
  });
  process.exit(code);
}

/** Reads what the bench was asked for; what is wrong with it is told with `usage`. */
export function readArguments<Options>(usage: string, read: (args: string[]) => Options): Options {
  try {
    return read(process.argv.slice(2));
  } catch (error) {
    console.error(`${messageOf(error)}\nUsage: ${usage}`);
    process.exit(1);
  }
}

function describe(error: unknown): string {
  return error instanceof SetupError ? `${error.message}\n${error.hint}` : messageOf(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
