import { Anchor, Group, Table, Text } from '@mantine/core';
import { IconCircle, IconCircleCheck, IconCircleHalf2 } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { HostDetail } from '../../../../contract/host.ts';
import { CopyableText } from '../../parts/copy.tsx';
import { Meter } from '../../parts/meter.tsx';
import { sizeText } from '../../parts/size-text.ts';
import { type StatusLook, StatusWord } from '../../parts/status-word.tsx';
import { type GpuClaims, gpusOf } from '../gpu-use.ts';

const looks: Record<GpuClaims['state'], StatusLook> = {
  granted: { label: 'Granted', icon: IconCircleCheck, color: 'blue' },
  shared: { label: 'Shared', icon: IconCircleHalf2, color: 'blue' },
  free: { label: 'Free', icon: IconCircle, color: 'gray' },
};

/** Each GPU, how much of it is taken, and by whom. */
export function GpuTable({ host }: { host: HostDetail }) {
  const gpus = gpusOf(host);
  if (gpus.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        This host reports no GPUs. It can run deployments that need none.
      </Text>
    );
  }
  const deploymentOf = new Map(
    host.launches.map(({ instance_id, deployment }) => [instance_id, deployment]),
  );
  return (
    <Table aria-label="GPUs" verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>GPU</Table.Th>
          <Table.Th>Use</Table.Th>
          <Table.Th visibleFrom="sm" w="24%">
            Memory
          </Table.Th>
          <Table.Th>Held by</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {gpus.map((one) => (
          <GpuRow key={one.uuid} one={one} deploymentOf={deploymentOf} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function GpuRow({
  one: { uuid, gpu, state, heldBytes, claims },
  deploymentOf,
}: {
  one: GpuClaims;
  deploymentOf: ReadonlyMap<string, string>;
}) {
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Td>
        <Text size="sm" fw={500}>
          {gpu ? `${gpu.index} · ${gpu.name}` : 'No longer reported'}
        </Text>
        <Group gap={6} visibleFrom="sm">
          <CopyableText value={uuid} what={`the UUID of GPU ${gpu?.index ?? ''}`} />
        </Group>
        <Text size="xs" c="dimmed">
          {gpu?.framework}
          {gpu?.parent_uuid && ` · a part of ${gpu.parent_uuid}`}
        </Text>
      </Table.Td>
      <Table.Td>
        <StatusWord look={looks[state]} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {gpu && (
          <Meter
            label={`Memory of GPU ${gpu.index}`}
            value={heldBytes}
            max={gpu.memory_bytes}
            text={`${sizeText(heldBytes)} of ${sizeText(gpu.memory_bytes)}`}
          />
        )}
      </Table.Td>
      <Table.Td>
        {claims.length === 0 && (
          <Text size="sm" c="dimmed">
            nothing
          </Text>
        )}
        {claims.map(({ instance_id, amount_bytes }) => {
          const deployment = deploymentOf.get(instance_id);
          const share = amount_bytes === null ? '' : `, ${sizeText(amount_bytes)}`;
          return (
            <Text size="sm" key={instance_id}>
              {deployment === undefined ? (
                'a deployment that was given up'
              ) : (
                <Anchor component={Link} href={`/deployments/${deployment}`} size="sm">
                  {deployment}
                </Anchor>
              )}
              {share}
            </Text>
          );
        })}
      </Table.Td>
    </Table.Tr>
  );
}
