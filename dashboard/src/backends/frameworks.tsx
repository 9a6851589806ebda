import { Badge, Group } from '@mantine/core';

/** What a backend runs on. */
export function Frameworks({ frameworks }: { frameworks: readonly string[] }) {
  return (
    <Group gap={6}>
      {frameworks.map((framework) => (
        <Badge key={framework} variant="default" size="sm" tt="none">
          {framework}
        </Badge>
      ))}
    </Group>
  );
}
