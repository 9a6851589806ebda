import type { Step } from './docker/ensure-engine.ts';

/** Runs work as a step that is told about when it begins and when it is done. A step that fails is not done. */
export type RunStep = <T>(
  name: string,
  work: () => Promise<T>,
  describe: (result: T) => string,
) => Promise<T>;

export function stepRunner(onStep: (step: Step) => void): RunStep {
  return async (name, work, describe) => {
    const begun = performance.now();
    onStep({ state: 'begun', name });
    const result = await work();
    onStep({
      state: 'done',
      name,
      result: describe(result),
      elapsed_ms: performance.now() - begun,
    });
    return result;
  };
}
