import { List, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyableText } from '../parts/copy.tsx';
import { useMembers } from './members.ts';
import { useWhoAmI } from './who-am-i.ts';

/** Who may not do what `children` tells of is told who may. */
export function AskAnAdmin({ children }: { children: ReactNode }) {
  const me = useWhoAmI();
  const members = useMembers();
  const admins = members.data?.filter(({ role }) => role === 'admin') ?? [];
  return (
    <Stack gap="xs">
      <Text size="sm">
        {children}{' '}
        {admins.length > 0
          ? `Ask an administrator of ${me.data?.org.name ?? 'this organisation'}:`
          : 'Ask whoever runs this control plane.'}
      </Text>
      {admins.length > 0 && (
        <List size="sm">
          {admins.map(({ user_id, name, email }) => (
            <List.Item key={user_id}>
              {name} <CopyableText value={email} what={`the address of ${name}`} />
            </List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}
