import { Menu, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import type { Registry } from '../../../../contract/registry.ts';
import { MoreMenu } from '../../parts/more-menu.tsx';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { passwordSecretOf } from './password-secret.ts';

export function RegistryTable({
  registries,
  change,
  remove,
}: {
  registries: readonly Registry[];
  change: (registry: Registry) => void;
  remove: (registry: Registry) => void;
}) {
  const mayChange = useMay('admin');
  return (
    <Table aria-label="Registries" verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Server</Table.Th>
          <Table.Th visibleFrom="sm">User</Table.Th>
          <Table.Th>Password</Table.Th>
          <Table.Th visibleFrom="sm">Last set</Table.Th>
          {mayChange && (
            <Table.Th w={52}>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {registries.map((registry) => (
          <Table.Tr key={registry.server}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              <Text size="sm" fw={600}>
                {registry.server}
              </Text>
              <Text size="xs" c="dimmed" hiddenFrom="sm">
                {registry.username}
              </Text>
            </Table.Td>
            <Table.Td visibleFrom="sm">{registry.username}</Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              the secret <span className="mono">{passwordSecretOf(registry)}</span>
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <RelativeTime time={registry.updated_at} />
            </Table.Td>
            {mayChange && (
              <Table.Td>
                <MoreMenu label={`Actions for ${registry.server}`}>
                  <Menu.Item
                    leftSection={<IconPencil size={16} />}
                    onClick={() => change(registry)}
                  >
                    Change
                  </Menu.Item>
                  <Menu.Item
                    leftSection={<IconTrash size={16} />}
                    color="var(--mantine-color-error)"
                    onClick={() => remove(registry)}
                  >
                    Delete
                  </Menu.Item>
                </MoreMenu>
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
