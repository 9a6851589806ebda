import { Anchor, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { HostReason, Instance } from '../../../../contract/instance.ts';
import { useInstance } from '../queries.ts';

/** More are of no use to a person; the sentence above counts them all. */
const MOST = 50;

/** Why the first instance that waits is on no host. */
export interface Waiting {
  reasons: readonly HostReason[];
  /** What the reasons say by themselves, and need not be said again; null: they do not say all. */
  told: string | null;
}

/** Null: none waits. */
export function useWaiting(instances: readonly Instance[]): Waiting | null {
  const waiting = instances.find(({ state }) => state === 'pending');
  const detail = useInstance(waiting?.id ?? null);
  if (!waiting) return null;
  const reasons = detail.data?.host_reasons ?? [];
  const isAll = reasons.length > 0 && reasons.length <= MOST;
  return { reasons, told: isAll ? waiting.message : null };
}

/** Host by host, why an instance that waits is not there. */
export function HostReasons({ reasons }: { reasons: readonly HostReason[] }) {
  if (reasons.length === 0) return null;
  return (
    <Table aria-label="Why no host fits" mt="xs" verticalSpacing={4} withRowBorders={false}>
      <Table.Tbody>
        {reasons.slice(0, MOST).map(({ host_id, host_name, detail: why }) => (
          <Table.Tr key={host_id}>
            <Table.Th w={{ base: '45%', sm: '30%' }} fw={500} pl={0}>
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
