import { Button, Table, Text, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import type { Invitation } from '../../../../contract/people.ts';
import { ask } from '../../api/client.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { ActorText } from '../../parts/actor-text.tsx';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { tell } from '../../parts/tell.tsx';
import { ListFrame } from '../list-frame.tsx';
import { Panel } from '../panel.tsx';
import { useForget, useInvitations } from '../queries.ts';
import { roleLabel } from '../roles.ts';

/** Those that nobody has accepted yet. */
export function Invitations() {
  const invitations = useInvitations(true);
  const [revoked, setRevoked] = useState<Invitation | null>(null);
  return (
    <Panel
      title="Open invitations"
      description="Links are shown only once. If one is lost, invite the person again."
    >
      <ListFrame
        list={invitations}
        nothing={
          <Text size="sm" c="dimmed">
            No open invitations.
          </Text>
        }
      >
        {(all) => (
          <Table aria-label="Open invitations" verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>For</Table.Th>
                <Table.Th visibleFrom="sm">Role</Table.Th>
                <Table.Th visibleFrom="md">By</Table.Th>
                <Table.Th>Expires</Table.Th>
                <Table.Th>
                  <VisuallyHidden>Actions</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {all.map((invitation) => (
                <Row
                  key={invitation.id}
                  invitation={invitation}
                  revoke={() => setRevoked(invitation)}
                />
              ))}
            </Table.Tbody>
          </Table>
        )}
      </ListFrame>
      {revoked && <RevokeDialog invitation={revoked} onClose={() => setRevoked(null)} />}
    </Panel>
  );
}

function Row({
  invitation: { email, role, created_by, expires_at },
  revoke,
}: {
  invitation: Invitation;
  revoke: () => void;
}) {
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {email}
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {roleLabel(role)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{roleLabel(role)}</Table.Td>
      <Table.Td visibleFrom="md">
        <ActorText text={created_by} />
      </Table.Td>
      <Table.Td>
        <RelativeTime time={expires_at} />
      </Table.Td>
      <Table.Td ta="right">
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Revoke the invitation for ${email}`}
          onClick={revoke}
        >
          Revoke
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

function RevokeDialog({
  invitation: { id, email },
  onClose,
}: {
  invitation: Invitation;
  onClose: () => void;
}) {
  const forget = useForget();
  return (
    <ActionDialog
      opened
      title={`Revoke the invitation for ${email}`}
      onClose={onClose}
      confirm="Revoke"
      isDangerous
      run={async () => {
        await ask({ method: 'DELETE', path: `/v1/invitations/${id}` });
        await forget('invitations');
        tell(`Invitation for ${email} revoked.`);
      }}
    >
      <Text size="sm">Its link stops working. You can invite them again.</Text>
    </ActionDialog>
  );
}
