import { Anchor, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Instance } from '../../../../contract/instance.ts';
import { useInstance } from '../queries.ts';

/** More are of no use to a person; the sentence above counts them all. */
const MOST = 50;

/** Host by host, why an instance that waits is not there. */
export function HostReasons({ instance }: { instance: Pick<Instance, 'id'> }) {
  const detail = useInstance(instance.id);
  const reasons = detail.data?.host_reasons ?? [];
  if (reasons.length === 0) return null;
  return (
    <Table aria-label="Why not on a host" mt="xs" verticalSpacing={4} withRowBorders={false}>
      <Table.Tbody>
        {reasons.slice(0, MOST).map(({ host_id, host_name, detail: why }) => (
          <Table.Tr key={host_id}>
            <Table.Th w="30%" fw={500} pl={0}>
              <Anchor
                component={Link}
                href={`/hosts/${host_id}`}
                size="sm"
                c="inherit"
                underline="always"
              >
                {host_name}
              </Anchor>
            </Table.Th>
            <Table.Td>
              <Text size="sm">{why}</Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
