import { Table } from '@mantine/core';
import { useMemo } from 'react';
import type { Deployment } from '../../../../contract/deployment.ts';
import { useHosts } from '../../hosts/queries.ts';
import { useWindowRows } from '../../parts/window-rows.ts';
import { DeploymentRow, ROW_PX } from './deployment-row.tsx';

const OVERSCAN = 12;

/** A real table of any length: only the rows about the window exist, two empty ones hold the place of the rest. */
export function DeploymentTable({ deployments }: { deployments: readonly Deployment[] }) {
  const { list, items, before, after } = useWindowRows<HTMLTableSectionElement>({
    count: deployments.length,
    rowPx: ROW_PX,
    overscan: OVERSCAN,
    keyOf: (index) => deployments[index]?.name ?? index,
  });
  const hosts = useHosts();
  const nameOf = useMemo(
    () => new Map(hosts.data?.map(({ id, name }) => [id, name])),
    [hosts.data],
  );
  return (
    <Table
      verticalSpacing="sm"
      highlightOnHover
      aria-label="Deployments"
      aria-rowcount={deployments.length + 1}
      layout="fixed"
    >
      <Table.Thead>
        <Table.Tr aria-rowindex={1}>
          <Table.Th>Name</Table.Th>
          <Table.Th w={{ base: 132, sm: 170, lg: '24%' }}>Phase</Table.Th>
          <Table.Th w={84} ta="right">
            Ready
          </Table.Th>
          <Table.Th w="21%" visibleFrom="sm">
            Backend
          </Table.Th>
          <Table.Th w="18%" visibleFrom="md">
            Hosts
          </Table.Th>
          <Table.Th w={120} visibleFrom="sm">
            Age
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody ref={list}>
        {before > 0 && <Gap height={before} />}
        {items.map(({ index, key }) => {
          const deployment = deployments[index];
          return (
            deployment && (
              <DeploymentRow
                key={key}
                deployment={deployment}
                hosts={deployment.status.host_ids.map((id) => nameOf.get(id) ?? '…')}
                position={index + 2}
              />
            )
          );
        })}
        {after > 0 && <Gap height={after} />}
      </Table.Tbody>
    </Table>
  );
}

function Gap({ height }: { height: number }) {
  return (
    <tr aria-hidden>
      <td colSpan={6} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
