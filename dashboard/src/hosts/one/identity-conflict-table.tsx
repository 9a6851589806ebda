import { Table, Text } from '@mantine/core';
import type { IdentityConflict } from '../../../../contract/host.ts';
import { RelativeTime } from '../../parts/relative-time.tsx';

/** Who the two are, side by side. */
export function IdentityConflictTable({ conflict }: { conflict: IdentityConflict }) {
  const { speaks, replaced, since } = conflict;
  return (
    <>
      <Table aria-label="Agents with this identity" mt="xs" verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Agent</Table.Th>
            <Table.Th>Process</Table.Th>
            <Table.Th>Comes from</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr>
            <Table.Td>speaks for the host</Table.Td>
            <Table.Td className="mono">{speaks.process_id}</Table.Td>
            <Table.Td>{speaks.address ?? 'unknown'}</Table.Td>
          </Table.Tr>
          <Table.Tr>
            <Table.Td>
              was replaced, last seen <RelativeTime time={replaced.heard_at} />
            </Table.Td>
            <Table.Td className="mono">{replaced.process_id}</Table.Td>
            <Table.Td>{replaced.address ?? 'unknown'}</Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed">
        Both have been active since <RelativeTime time={since} />.
      </Text>
    </>
  );
}
