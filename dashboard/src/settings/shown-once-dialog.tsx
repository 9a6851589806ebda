import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useFocusBack } from '../parts/use-focus-back.ts';

/** What is told only now. Only its button closes it: a key or a click that slips would lose it. */
export function ShownOnceDialog({
  title,
  what,
  onClose,
  children,
}: {
  title: string;
  /** "the token" */
  what: string;
  onClose: () => void;
  children: ReactNode;
}) {
  useFocusBack();
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack>
        {children}
        <Group justify="space-between" gap="sm" wrap="nowrap">
          <Text size="sm" c="dimmed">
            Once this is closed, {what} will not be shown again.
          </Text>
          <Button onClick={onClose} style={{ flexShrink: 0 }}>
            I have copied it
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
