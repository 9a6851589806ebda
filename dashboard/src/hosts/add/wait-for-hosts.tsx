import { Button, Group, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconHourglass } from '@tabler/icons-react';
import type { NewEnrollmentToken } from '../../../../contract/enrollment-token.ts';
import { countOf } from '../../parts/count-of.ts';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { HostCard } from '../host-card.tsx';
import { useHosts, WATCH_MS } from '../queries.ts';
import { InstallCommand } from './install-command.tsx';

/** The command, and each host that has enrolled since it was made. */
export function WaitForHosts({
  token,
  done,
}: {
  token: NewEnrollmentToken;
  /** None: it stands on a page, and there is nothing to close. */
  done?: () => void;
}) {
  const hosts = useHosts(WATCH_MS);
  // Both times are the control plane's.
  const arrived = hosts.data?.filter(({ created_at }) => created_at >= token.created_at) ?? [];
  const isComplete = arrived.length >= token.uses;
  return (
    <Stack>
      <Text size="sm">
        Run this on {token.uses === 1 ? 'the machine' : `each of the ${token.uses} machines`}, as
        root. It needs Linux, Docker, and Node 20.19 or newer, and says what is missing before it
        changes anything.
      </Text>
      <InstallCommand token={token.token} />
      <Text size="sm" c="dimmed">
        The token expires <RelativeTime time={token.expires_at} />, is valid for{' '}
        {countOf(token.uses, 'machine')}, and is shown only once.
      </Text>
      <Group gap="xs" role="status" wrap="nowrap">
        {isComplete ? (
          <IconCircleCheck size={18} style={{ flexShrink: 0 }} aria-hidden />
        ) : (
          <IconHourglass size={18} style={{ flexShrink: 0 }} aria-hidden />
        )}
        <Text size="sm" fw={500}>
          {arrived.length === 0
            ? 'Waiting for the machine. Its card appears here once it has enrolled.'
            : `${arrived.map(({ name }) => name).join(', ')} enrolled.`}
        </Text>
      </Group>
      {arrived.map((host) => (
        <HostCard key={host.id} host={host} />
      ))}
      {done && (
        <Group justify="flex-end">
          <Button variant={isComplete ? 'filled' : 'default'} onClick={done}>
            {isComplete ? 'Done' : 'Close'}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
