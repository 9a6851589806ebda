import { Badge, Button, Group, Table, Text, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import type { Session } from '../../../../contract/people.ts';
import { ask } from '../../api/client.ts';
import { isProblem } from '../../api/problem.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { countOf } from '../../parts/count-of.ts';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { tell } from '../../parts/tell.tsx';
import { ListFrame } from '../list-frame.tsx';
import { Panel } from '../panel.tsx';
import { useForget, useSessions } from '../queries.ts';
import { deviceOf } from './device.ts';

/** Where one is signed in, and how that is ended. */
export function Sessions() {
  const sessions = useSessions();
  const [ended, setEnded] = useState<readonly Session[] | null>(null);
  const others = sessions.data?.filter(({ is_current }) => !is_current) ?? [];
  return (
    <Panel
      title="Sessions"
      description="Where you are signed in. End any session you do not recognise, then set a new password."
    >
      <ListFrame list={sessions} nothing={null}>
        {(all) => (
          <Table aria-label="Sessions" verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Device</Table.Th>
                <Table.Th visibleFrom="sm">Address</Table.Th>
                <Table.Th>Signed in</Table.Th>
                <Table.Th visibleFrom="sm">Expires</Table.Th>
                <Table.Th>
                  <VisuallyHidden>Actions</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {all.map((session) => (
                <Row key={session.id} session={session} end={() => setEnded([session])} />
              ))}
            </Table.Tbody>
          </Table>
        )}
      </ListFrame>
      {others.length > 1 && (
        <Button variant="default" w="fit-content" onClick={() => setEnded(others)}>
          End all others
        </Button>
      )}
      {ended && <EndDialog sessions={ended} onClose={() => setEnded(null)} />}
    </Panel>
  );
}

function Row({ session, end }: { session: Session; end: () => void }) {
  const { user_agent, ip_address, is_current, created_at, expires_at } = session;
  const device = deviceOf(user_agent);
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <Group gap="xs">
          <Text size="sm" fw={600} span title={user_agent ?? ''}>
            {device}
          </Text>
          {is_current && (
            <Badge size="sm" variant="default" tt="none">
              This browser
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {ip_address ?? 'unknown address'}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{ip_address ?? 'unknown'}</Table.Td>
      <Table.Td>
        <RelativeTime time={created_at} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <RelativeTime time={expires_at} />
      </Table.Td>
      <Table.Td ta="right">
        {!is_current && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`End the session of ${device}`}
            onClick={end}
          >
            End
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function EndDialog({ sessions, onClose }: { sessions: readonly Session[]; onClose: () => void }) {
  const forget = useForget();
  const what = countOf(sessions.length, 'session');
  return (
    <ActionDialog
      opened
      title={`End ${what}`}
      onClose={onClose}
      confirm={`End ${what}`}
      isDangerous
      run={async () => {
        try {
          for (const { id } of sessions) await endSession(id);
        } finally {
          await forget('sessions');
        }
        tell(`${what} ended.`);
      }}
    >
      <Text size="sm">
        {sessions.length === 1 ? 'That browser is' : 'Those browsers are'} asked to sign in from the
        next request on. This one stays signed in.
      </Text>
    </ActionDialog>
  );
}

async function endSession(id: string): Promise<void> {
  try {
    await ask({ method: 'DELETE', path: `/v1/me/sessions/${id}` });
  } catch (error) {
    // It has ended by itself meanwhile.
    if (!isProblem(error, 'not_found')) throw error;
  }
}
