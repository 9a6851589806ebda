import { Button, Group } from '@mantine/core';
import { IconPencil, IconPlus } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useMay } from '../../session/who-am-i.ts';

/** What helps an instance that no host fits: another host, or less to ask of one. */
export function WaysOut({ name }: { name: string }) {
  if (!useMay('operator')) return null;
  return (
    <Group gap="xs" mt="sm">
      <Button
        size="compact-sm"
        variant="default"
        component={Link}
        href="/hosts?add=yes"
        leftSection={<IconPlus size={14} aria-hidden />}
      >
        Add a host
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        component={Link}
        href={`/deployments/${name}/edit`}
        leftSection={<IconPencil size={14} aria-hidden />}
      >
        Change what it needs
      </Button>
    </Group>
  );
}
