import { Table } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Deployment } from '../../../../contract/deployment.ts';
import { useHosts } from '../../hosts/queries.ts';
import { DeploymentRow } from './deployment-row.tsx';
import { hostNamesOf, hostsByAddress } from './host-names.ts';

const ROW_PX = 57;
/** Rows above and below what is seen, for the one who scrolls quickly. */
const OVERSCAN = 12;

/** A real table of any length: only the rows about the window exist, two empty ones hold the place of the rest. */
export function DeploymentTable({ deployments }: { deployments: readonly Deployment[] }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (body.current) setTop(body.current.getBoundingClientRect().top + window.scrollY);
  }, []);
  const rows = useWindowVirtualizer({
    count: deployments.length,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollMargin: top,
    getItemKey: (index) => deployments[index]?.name ?? index,
  });
  const hosts = useHosts();
  const byAddress = useMemo(() => hostsByAddress(hosts.data ?? []), [hosts.data]);
  const items = rows.getVirtualItems();
  const before = (items[0]?.start ?? top) - top;
  const after = rows.getTotalSize() - ((items.at(-1)?.end ?? top) - top);
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
          <Table.Th w={{ base: 132, sm: 150 }}>Phase</Table.Th>
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
      <Table.Tbody ref={body}>
        {before > 0 && <Gap height={before} />}
        {items.map(({ index, key }) => {
          const deployment = deployments[index];
          return (
            deployment && (
              <DeploymentRow
                key={key}
                deployment={deployment}
                hosts={hostNamesOf(deployment, byAddress)}
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
