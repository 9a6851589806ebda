import { Stack, Text } from '@mantine/core';
import type { Deployment } from '../../../../contract/deployment.ts';
import { CommandBlock } from '../../parts/command-block.tsx';
import { specOf } from './spec-of.ts';

/** What was asked for, as the API takes it. */
export function Configuration({ deployment }: { deployment: Deployment }) {
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        Revision {deployment.revision}, in the form the API accepts, with defaults written out.
      </Text>
      <CommandBlock text={JSON.stringify(specOf(deployment), null, 2)} what="the configuration" />
    </Stack>
  );
}
