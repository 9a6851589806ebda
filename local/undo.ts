/** What was started, to be stopped in the reverse order. */
export interface UndoList {
  add(undo: () => unknown): void;
  /** Runs all, the last added first; one that fails keeps none of the others from running. Throws the first failure. */
  run(): Promise<void>;
}

export function createUndoList(): UndoList {
  const list: (() => unknown)[] = [];
  return {
    add: (undo) => void list.push(undo),
    async run() {
      const failures: unknown[] = [];
      for (let undo = list.pop(); undo; undo = list.pop()) {
        try {
          await undo();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
