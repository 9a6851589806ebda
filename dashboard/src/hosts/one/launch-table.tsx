import { Anchor, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { HostDetail } from '../../../../contract/host.ts';
import { stateLooks } from '../../deployments/looks.ts';
import { grouped } from '../../parts/grouped.ts';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { StatusWord } from '../../parts/status-word.tsx';
import { holdsInWords } from '../gpu-use.ts';

/** The host's launch queue, oldest first, with what each holds; and what is held although nothing is launched. */
export function LaunchTable({ host }: { host: HostDetail }) {
  const { launches, claims } = host;
  const nameOf = (one: { instance_id: string; generation: number }) =>
    `${one.instance_id} ${one.generation}`;
  const held = grouped(claims, nameOf);
  const launched = new Set(launches.map(nameOf));
  const left = [...held].filter(([name]) => !launched.has(name));
  if (launches.length === 0 && left.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing is running or queued here.
      </Text>
    );
  }
  return (
    <Table aria-label="Launches" verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Deployment</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th>Holds</Table.Th>
          <Table.Th visibleFrom="sm">Assigned</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {launches.map((launch) => (
          <Row
            key={nameOf(launch)}
            holds={holdsInWords(host, held.get(nameOf(launch)) ?? [])}
            state={
              <>
                <StatusWord look={stateLooks[launch.state]} />
                {launch.removed && (
                  <Text size="xs" c="dimmed">
                    asked to stop
                  </Text>
                )}
              </>
            }
            given={<RelativeTime time={launch.created_at} />}
          >
            <Anchor component={Link} href={`/deployments/${launch.deployment}`} size="sm">
              {launch.deployment}
            </Anchor>
            <Text size="xs" c="dimmed">
              generation {launch.generation}
            </Text>
          </Row>
        ))}
        {left.map(([name, of]) => (
          <Row key={name} holds={holdsInWords(host, of)} state="no longer launched" given="–">
            <Text size="sm">Its deployment was given up</Text>
            <Text size="xs" c="dimmed" className="mono" style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Text>
          </Row>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({
  children,
  state,
  holds,
  given,
}: {
  children: ReactNode;
  state: ReactNode;
  holds: string;
  given: ReactNode;
}) {
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Td>{children}</Table.Td>
      <Table.Td>{state}</Table.Td>
      <Table.Td>
        <Text size="sm">{holds}</Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" component="div">
          {given}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
