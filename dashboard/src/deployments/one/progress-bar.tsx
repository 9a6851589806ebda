import { Progress } from '@mantine/core';
import type { Instance } from '../../../../contract/instance.ts';
import { progressOf } from './progress.ts';

/** Of a pull or a download; nothing else has one. */
export function ProgressBar({ instance }: { instance: Pick<Instance, 'state' | 'message'> }) {
  const progress = progressOf(instance);
  if (!progress) return null;
  const { percent, label } = progress;
  return (
    <Progress.Root size="sm" mt={6} maw={360}>
      <Progress.Section
        value={percent ?? 100}
        animated={percent === null}
        striped={percent === null}
        aria-label={label}
        {...(percent === null ? { 'aria-valuenow': undefined } : {})}
      />
    </Progress.Root>
  );
}
