import { Menu, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import type { Secret } from '../../../../contract/secret.ts';
import { CopyableText } from '../../parts/copy.tsx';
import { MoreMenu } from '../../parts/more-menu.tsx';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { isUsed, SecretUsers } from './secret-users.tsx';

/** By name; what they are is never told. */
export function SecretTable({
  secrets,
  replace,
  remove,
}: {
  secrets: readonly Secret[];
  replace: (secret: Secret) => void;
  remove: (secret: Secret) => void;
}) {
  const mayChange = useMay('admin');
  return (
    <Table aria-label="Secrets" verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={{ base: '50%', sm: 'auto' }}>Name</Table.Th>
          <Table.Th>Used by</Table.Th>
          <Table.Th visibleFrom="sm">Last set</Table.Th>
          {mayChange && (
            <Table.Th w={52}>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {secrets.map((secret) => (
          <Table.Tr key={secret.name}>
            <Table.Td>
              <CopyableText value={secret.name} what={`the name ${secret.name}`} />
              <Text size="xs" c="dimmed" hiddenFrom="sm">
                set <RelativeTime time={secret.updated_at} />
              </Text>
            </Table.Td>
            <Table.Td>
              {isUsed(secret) ? (
                <SecretUsers secret={secret} />
              ) : (
                <Text size="sm" c="dimmed">
                  nothing
                </Text>
              )}
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <RelativeTime time={secret.updated_at} />
            </Table.Td>
            {mayChange && (
              <Table.Td>
                <MoreMenu label={`Actions for ${secret.name}`}>
                  <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => replace(secret)}>
                    Replace the value
                  </Menu.Item>
                  <Menu.Item
                    leftSection={<IconTrash size={16} />}
                    color="var(--mantine-color-error)"
                    onClick={() => remove(secret)}
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
