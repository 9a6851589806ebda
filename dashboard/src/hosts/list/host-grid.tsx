import { SimpleGrid, Stack, useMatches } from '@mantine/core';
import { useMemo } from 'react';
import type { Host } from '../../../../contract/host.ts';
import { useKnownDeployments } from '../../deployments/queries.ts';
import { useWindowRows } from '../../parts/window-rows.ts';
import { HostCard } from '../host-card.tsx';
import { namesByHost } from './names-by-host.ts';

/** Until it was measured: a card with GPUs, labels and nothing to complain of. */
const ROW_PX = 200;
const GAP_PX = 16;
const OVERSCAN = 3;

/** Cards of any number of hosts: only the rows about the window exist. */
export function HostGrid({ hosts }: { hosts: readonly Host[] }) {
  const columns = useMatches({ base: 1, sm: 2, xl: 3 }, { getInitialValueInEffect: false });
  const { list, items, before, after, measure } = useWindowRows<HTMLDivElement>({
    count: Math.ceil(hosts.length / columns),
    rowPx: ROW_PX,
    gapPx: GAP_PX,
    overscan: OVERSCAN,
    keyOf: (index) => `${columns} ${hosts[index * columns]?.id}`,
  });
  const deployments = useKnownDeployments();
  const placed = useMemo(() => namesByHost(deployments), [deployments]);
  return (
    <Stack ref={list} gap={GAP_PX} style={{ paddingTop: before, paddingBottom: after }}>
      {items.map(({ index, key }) => (
        <SimpleGrid key={key} cols={columns} spacing={GAP_PX} ref={measure} data-index={index}>
          {hosts.slice(index * columns, (index + 1) * columns).map((host) => (
            <HostCard key={host.id} host={host} deployments={placed.get(host.id) ?? []} />
          ))}
        </SimpleGrid>
      ))}
    </Stack>
  );
}
