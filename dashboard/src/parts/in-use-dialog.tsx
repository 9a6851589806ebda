import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useFocusBack } from './use-focus-back.ts';

/** In the place of the question whether to delete what something still uses: what to do first, and who uses it. */
export function InUseDialog({
  name,
  advice,
  children,
  onClose,
}: {
  name: string;
  /** What to do about those who use it. */
  advice: string;
  children: ReactNode;
  onClose: () => void;
}) {
  useFocusBack();
  return (
    <Modal opened onClose={onClose} title={`${name} is in use`} size="md">
      <Stack>
        <Text size="sm">{advice}</Text>
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
