import { Anchor, Group } from '@mantine/core';
import { Link } from 'wouter';

/** Deployments that use something. */
export function UserLinks({ names }: { names: readonly string[] }) {
  return (
    <Group gap="xs">
      {names.map((name) => (
        <Anchor key={name} component={Link} href={`/deployments/${name}`} size="sm">
          {name}
        </Anchor>
      ))}
    </Group>
  );
}
