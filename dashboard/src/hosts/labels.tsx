import { Badge, Group } from '@mantine/core';

export function HostLabels({ labels }: { labels: Record<string, string> }) {
  const pairs = Object.entries(labels);
  if (pairs.length === 0) return null;
  return (
    <Group gap={6}>
      {pairs.map(([key, value]) => (
        <Badge key={key} variant="default" size="sm" tt="none" maw="100%">
          {value === '' ? key : `${key}=${value}`}
        </Badge>
      ))}
    </Group>
  );
}
