import { Badge, Group, Menu, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconShield, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { Member } from '../../../../contract/people.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { MoreMenu } from '../../parts/more-menu.tsx';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { useMembers } from '../../session/members.ts';
import { useMay, useWhoAmI } from '../../session/who-am-i.ts';
import { ListFrame } from '../list-frame.tsx';
import { roleLabel } from '../roles.ts';
import { RemoveMemberDialog } from './remove-member-dialog.tsx';
import { RoleDialog } from './role-dialog.tsx';

const dialogs = { role: RoleDialog, remove: RemoveMemberDialog };

/** Who is in, and what can be done about it by those who may. */
export function Members() {
  const members = useMembers();
  const { data: me } = useWhoAmI();
  const mayChange = useMay('admin');
  const [open, setOpen] = useState<{ what: keyof typeof dialogs; member: Member } | null>(null);
  const Dialog = open && dialogs[open.what];
  return (
    <ListFrame
      list={members}
      nothing={
        <EmptyState title="No members yet">
          People join by invitation; programs use tokens.
        </EmptyState>
      }
    >
      {(all) => (
        <>
          <Table aria-label="Members" verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Person</Table.Th>
                <Table.Th>Role</Table.Th>
                <Table.Th visibleFrom="sm">Joined</Table.Th>
                {mayChange && (
                  <Table.Th w={52}>
                    <VisuallyHidden>Actions</VisuallyHidden>
                  </Table.Th>
                )}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {all.map((member) => (
                <Table.Tr key={member.user_id}>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    <Group gap="xs">
                      <Text size="sm" fw={600} span>
                        {member.name}
                      </Text>
                      {member.user_id === me?.user?.id && (
                        <Badge size="sm" variant="default" tt="none">
                          You
                        </Badge>
                      )}
                    </Group>
                    <Text size="xs" c="dimmed">
                      {member.email}
                    </Text>
                  </Table.Td>
                  <Table.Td>{roleLabel(member.role)}</Table.Td>
                  <Table.Td visibleFrom="sm">
                    <RelativeTime time={member.created_at} />
                  </Table.Td>
                  {mayChange && (
                    <Table.Td>
                      <MemberMenu
                        member={member}
                        changeRole={() => setOpen({ what: 'role', member })}
                        remove={() => setOpen({ what: 'remove', member })}
                      />
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {open && Dialog && <Dialog member={open.member} onClose={() => setOpen(null)} />}
        </>
      )}
    </ListFrame>
  );
}

function MemberMenu({
  member: { email },
  changeRole,
  remove,
}: {
  member: Member;
  changeRole: () => void;
  remove: () => void;
}) {
  return (
    <MoreMenu label={`Actions for ${email}`}>
      <Menu.Item leftSection={<IconShield size={16} />} onClick={changeRole}>
        Change the role
      </Menu.Item>
      <Menu.Item
        leftSection={<IconTrash size={16} />}
        color="var(--mantine-color-error)"
        onClick={remove}
      >
        Remove
      </Menu.Item>
    </MoreMenu>
  );
}
