import { Group, Text } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';

/** How something is: a word and an icon, so that nobody needs to see the colour. */
export interface StatusLook {
  label: string;
  icon: Icon;
  /** One of Mantine's colours; for the icon alone. */
  color: string;
}

export function StatusWord({ look, size = 'sm' }: { look: StatusLook; size?: 'sm' | 'md' }) {
  const { label, icon: Icon, color } = look;
  return (
    <Group gap={6} wrap="nowrap" display="inline-flex">
      <Icon
        size={size === 'md' ? 20 : 16}
        color={`light-dark(var(--mantine-color-${color}-7), var(--mantine-color-${color}-4))`}
        style={{ flexShrink: 0 }}
        aria-hidden
      />
      <Text size={size} span fw={size === 'md' ? 500 : 400} style={{ whiteSpace: 'nowrap' }}>
        {label}
      </Text>
    </Group>
  );
}
