import { List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Member } from '../../../../contract/people.ts';
import { askAll } from '../../api/client.ts';
import { CopyableText } from '../../parts/copy.tsx';
import { useWhoAmI } from '../../session/who-am-i.ts';

/** Who may not add hosts is told who may. */
export function AskAnAdmin() {
  const me = useWhoAmI();
  const members = useQuery({
    queryKey: ['members'],
    queryFn: ({ signal }) => askAll<Member>({ path: '/v1/members', signal }),
  });
  const admins = members.data?.filter(({ role }) => role === 'admin') ?? [];
  return (
    <Stack gap="xs">
      <Text size="sm">
        A host needs an enrolment token, which only administrators of{' '}
        {me.data?.org.name ?? 'this organisation'} can make.{' '}
        {admins.length > 0 ? 'Ask one of them:' : 'Ask whoever runs this control plane.'}
      </Text>
      <List size="sm">
        {admins.map(({ user_id, name, email }) => (
          <List.Item key={user_id}>
            {name} <CopyableText value={email} what={`the address of ${name}`} />
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}
