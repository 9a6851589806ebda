import { Button, Table, Text, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import type { ApiToken } from '../../../../contract/access.ts';
import { ask } from '../../api/client.ts';
import { ActorText } from '../../parts/actor-text.tsx';
import { DeleteDialog } from '../../parts/delete-dialog.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { StatusWord } from '../../parts/status-word.tsx';
import { tell } from '../../parts/tell.tsx';
import { Ends } from '../ends.tsx';
import { ListFrame } from '../list-frame.tsx';
import { useApiTokens, useForget } from '../queries.ts';
import { roleLabel } from '../roles.ts';
import { tokenLooks } from './looks.ts';

/** All of them: those that let somebody in first, the newest first. */
export function ApiTokens() {
  const tokens = useApiTokens(true);
  const [revoked, setRevoked] = useState<ApiToken | null>(null);
  return (
    <>
      <ListFrame
        list={tokens}
        nothing={
          <EmptyState title="No API tokens yet">
            Programs need one to call the API: your CI, a script, or a colleague’s command line.
          </EmptyState>
        }
      >
        {(all) => (
          <Table aria-label="API tokens" verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th visibleFrom="sm">Role</Table.Th>
                <Table.Th>Status</Table.Th>
                <Table.Th visibleFrom="sm">Last used</Table.Th>
                <Table.Th visibleFrom="md">Created</Table.Th>
                <Table.Th>
                  <VisuallyHidden>Actions</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {inOrder(all).map((token) => (
                <Row key={token.id} token={token} revoke={() => setRevoked(token)} />
              ))}
            </Table.Tbody>
          </Table>
        )}
      </ListFrame>
      {revoked && <RevokeDialog token={revoked} onClose={() => setRevoked(null)} />}
    </>
  );
}

/** They come by id, and so by time. */
function inOrder(tokens: readonly ApiToken[]): ApiToken[] {
  const newest = [...tokens].reverse();
  return [
    ...newest.filter(({ status }) => status === 'active'),
    ...newest.filter(({ status }) => status !== 'active'),
  ];
}

function Row({ token, revoke }: { token: ApiToken; revoke: () => void }) {
  const { name, role, prefix, status, expires_at, last_used_at, revoked_at } = token;
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <Text size="xs" c="dimmed">
          <span className="mono">{prefix}…</span>
          <Text span inherit hiddenFrom="sm">
            {' '}
            · {roleLabel(role)}
          </Text>
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{roleLabel(role)}</Table.Td>
      <Table.Td>
        <StatusWord look={tokenLooks[status]} />
        <Text size="xs" c="dimmed">
          {revoked_at === null ? <Ends time={expires_at} /> : <RelativeTime time={revoked_at} />}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {last_used_at === null ? 'never' : <RelativeTime time={last_used_at} />}
      </Table.Td>
      <Table.Td visibleFrom="md">
        <RelativeTime time={token.created_at} />
        <Text size="xs" c="dimmed">
          by <ActorText text={token.created_by} />
        </Text>
      </Table.Td>
      <Table.Td ta="right">
        {status === 'active' && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Revoke ${name}`}
            onClick={revoke}
          >
            Revoke
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function RevokeDialog({ token: { id, name }, onClose }: { token: ApiToken; onClose: () => void }) {
  const forget = useForget();
  return (
    <DeleteDialog
      name={name}
      verb="Revoke"
      onClose={onClose}
      run={async () => {
        await ask({ method: 'DELETE', path: `/v1/tokens/${id}` });
        await forget('tokens');
        tell(`${name} revoked.`);
      }}
    >
      <Text size="sm">
        Requests that use it are refused from now on. This cannot be undone. It stays in the list
        for 30 days.
      </Text>
    </DeleteDialog>
  );
}
