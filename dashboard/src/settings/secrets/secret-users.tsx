import { Anchor, Group, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Secret } from '../../../../contract/secret.ts';

type Used = Pick<Secret, 'used_by_deployments' | 'used_by_registries'>;

export function isUsed({ used_by_deployments, used_by_registries }: Used): boolean {
  return used_by_deployments.length + used_by_registries.length > 0;
}

/** Deployments and registries that name a secret. */
export function SecretUsers({ secret }: { secret: Used }) {
  return (
    <Group gap="xs">
      {secret.used_by_deployments.map((name) => (
        <Anchor key={name} component={Link} href={`/deployments/${name}`} size="sm">
          {name}
        </Anchor>
      ))}
      {secret.used_by_registries.map((server) => (
        <Text key={server} size="sm" span>
          the registry{' '}
          <Anchor component={Link} href="/settings/registries" inherit underline="always">
            {server}
          </Anchor>
        </Text>
      ))}
    </Group>
  );
}
