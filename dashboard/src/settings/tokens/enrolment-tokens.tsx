import { Button, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { ask } from '../../api/client.ts';
import { AddHostDialog } from '../../hosts/add/add-host-dialog.tsx';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { ActorText } from '../../parts/actor-text.tsx';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { StatusWord } from '../../parts/status-word.tsx';
import { tell, tellFault } from '../../parts/tell.tsx';
import { Ends } from '../ends.tsx';
import { ListFrame } from '../list-frame.tsx';
import { Panel } from '../panel.tsx';
import { type EnrolmentToken, useEnrolmentTokens, useForget } from '../queries.ts';
import { enrolmentLooks, enrolmentStateOf } from './looks.ts';

/** What machines become hosts with. */
export function EnrolmentTokens() {
  const tokens = useEnrolmentTokens();
  const forget = useForget();
  const [isAdding, setAdding] = useState(false);
  const [revoked, setRevoked] = useState<EnrolmentToken | null>(null);
  return (
    <Panel
      title="Enrolment tokens"
      description="Machines use these to enrol as hosts. “Add a host” creates one, with the command that uses it."
    >
      <Button
        variant="default"
        leftSection={<IconPlus size={16} />}
        w="fit-content"
        onClick={() => setAdding(true)}
      >
        Add a host
      </Button>
      <ListFrame
        list={tokens}
        nothing={
          <Text size="sm" c="dimmed">
            No enrolment tokens.
          </Text>
        }
      >
        {(all) => (
          <Table aria-label="Enrolment tokens" verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Uses left</Table.Th>
                <Table.Th>Status</Table.Th>
                <Table.Th visibleFrom="sm">Labels</Table.Th>
                <Table.Th visibleFrom="md">Made</Table.Th>
                <Table.Th>
                  <VisuallyHidden>Actions</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {[...all].reverse().map((token) => (
                <Row key={token.id} token={token} revoke={() => setRevoked(token)} />
              ))}
            </Table.Tbody>
          </Table>
        )}
      </ListFrame>
      {isAdding && (
        <AddHostDialog
          onClose={() => {
            setAdding(false);
            forget('enrollment-tokens').catch(tellFault);
          }}
        />
      )}
      {revoked && <RevokeDialog token={revoked} onClose={() => setRevoked(null)} />}
    </Panel>
  );
}

function Row({ token, revoke }: { token: EnrolmentToken; revoke: () => void }) {
  const { id, uses, uses_left, labels, expires_at, created_at, created_by } = token;
  const shownLabels = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const state = enrolmentStateOf(token, Date.now());
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <Text size="sm" fw={600}>
          {uses_left} of {uses}
        </Text>
        <Text size="xs" c="dimmed" className="mono">
          {id}
        </Text>
      </Table.Td>
      <Table.Td>
        <StatusWord look={enrolmentLooks[state]} />
        <Text size="xs" c="dimmed">
          <Ends time={expires_at} />
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {shownLabels.length === 0 ? 'none' : shownLabels.join(', ')}
      </Table.Td>
      <Table.Td visibleFrom="md">
        <RelativeTime time={created_at} />
        <Text size="xs" c="dimmed">
          by <ActorText text={created_by} />
        </Text>
      </Table.Td>
      <Table.Td ta="right">
        {state === 'usable' && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Revoke the enrolment token ${id}`}
            onClick={revoke}
          >
            Revoke
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function RevokeDialog({ token: { id }, onClose }: { token: EnrolmentToken; onClose: () => void }) {
  const forget = useForget();
  return (
    <ActionDialog
      opened
      title="Revoke the enrolment token"
      onClose={onClose}
      confirm="Revoke"
      isDangerous
      run={async () => {
        await ask({ method: 'DELETE', path: `/v1/enrollment-tokens/${id}` });
        await forget('enrollment-tokens');
        tell('Enrolment token revoked.');
      }}
    >
      <Text size="sm">No more machines can enrol with it. Hosts already enrolled stay.</Text>
    </ActionDialog>
  );
}
