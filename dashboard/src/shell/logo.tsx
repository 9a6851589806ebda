import { Group, Text } from '@mantine/core';

export function Logo() {
  return (
    <Group gap="xs" wrap="nowrap">
      <img src="/favicon.svg" alt="" width={26} height={26} />
      <Text fw={650} size="lg" lh={1} visibleFrom="xs">
        Longshore
      </Text>
    </Group>
  );
}
