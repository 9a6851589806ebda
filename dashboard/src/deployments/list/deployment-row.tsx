import { Anchor, Stack, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Deployment } from '../../../../contract/deployment.ts';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { StatusWord } from '../../parts/status-word.tsx';
import { phaseLooks } from '../looks.ts';
import { hitchOf, modelOf, servedBy, wantedOf } from '../words.ts';

export const ROW_PX = 64;

/** Two lines at most, so that every row is `ROW_PX` high. */
export function DeploymentRow({
  deployment,
  hosts,
  position,
}: {
  deployment: Deployment;
  hosts: readonly string[];
  /** In the whole table, from 1. */
  position: number;
}) {
  const { name, status } = deployment;
  const backend = servedBy(deployment);
  const hitch = hitchOf(deployment);
  return (
    <Table.Tr h={ROW_PX} aria-rowindex={position}>
      <Table.Td>
        <Anchor
          component={Link}
          href={`/deployments/${name}`}
          fw={600}
          size="sm"
          truncate
          display="block"
        >
          {name}
        </Anchor>
        <Text size="xs" c="dimmed" truncate>
          {modelOf(deployment) ?? 'no model'}
        </Text>
      </Table.Td>
      <Table.Td>
        <Stack gap={0} align="flex-start">
          <StatusWord look={phaseLooks[status.phase]} />
          {hitch !== '' && (
            <Text size="xs" c="dimmed" maw="100%" truncate title={hitch}>
              {hitch}
            </Text>
          )}
        </Stack>
      </Table.Td>
      <Table.Td ta="right">
        {status.ready_replicas} of {wantedOf(deployment)}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" truncate>
          {backend.name}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {backend.version}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Text size="sm" truncate title={hosts.join(', ')} c={hosts.length === 0 ? 'dimmed' : ''}>
          {hosts.join(', ') || (status.phase === 'stopped' ? '–' : 'none yet')}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" span>
          <RelativeTime time={deployment.created_at} />
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
