import type { Stack, StackOptions } from './stack.ts';
import { startParts } from './start-parts.ts';
import { createUndoList } from './undo.ts';

/**
 * Starts Longshore on this machine: builds what has changed, then database, control plane and agent. Resolves when the
 * API answers and the agent is online; `local.json` is there then. Rejects, often with a `SetupError`, with nothing
 * left running.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const undo = createUndoList();
  try {
    return await startParts(options, undo);
  } catch (error) {
    // Why the start failed says more than a failure of clearing up after it.
    await undo.run().catch(() => {});
    throw error;
  }
}
