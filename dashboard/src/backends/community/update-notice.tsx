import { Alert, Button, Group, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { UpdateDialog } from './update-dialog.tsx';

/** The catalogue has a newer definition than the one that was enabled. */
export function UpdateNotice({ name }: { name: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Alert icon={<IconRefresh aria-hidden />} variant="light">
      <Group justify="space-between" gap="sm">
        <Text size="sm">A newer definition of {name} ships with this control plane.</Text>
        <Button size="xs" onClick={() => setOpen(true)}>
          Review the update
        </Button>
      </Group>
      {isOpen && <UpdateDialog name={name} onClose={() => setOpen(false)} />}
    </Alert>
  );
}
