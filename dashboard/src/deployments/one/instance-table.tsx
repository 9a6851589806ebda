import { Anchor, Button, Group, Stack, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Instance } from '../../../../contract/instance.ts';
import { asSentence } from '../../parts/as-sentence.ts';
import { CopyableText } from '../../parts/copy.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { StatusWord } from '../../parts/status-word.tsx';
import { stateLooks } from '../looks.ts';
import { markOf } from './instance-mark.ts';
import { ProgressBar } from './progress-bar.tsx';

export function InstanceTable({
  instances,
  told,
  showSpec,
}: {
  instances: readonly Instance[];
  /** A message that stands above already. */
  told: string | null;
  showSpec: (id: string) => void;
}) {
  if (instances.length === 0) {
    return (
      <EmptyState title="No instances">
        Either none are wanted, or the first is about to be placed.
      </EmptyState>
    );
  }
  return (
    <Table verticalSpacing="sm" aria-label="Instances">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={{ base: 'auto', lg: '38%' }}>State</Table.Th>
          <Table.Th>Host</Table.Th>
          <Table.Th visibleFrom="md">GPUs</Table.Th>
          <Table.Th visibleFrom="sm">Address</Table.Th>
          <Table.Th ta="right" visibleFrom="md">
            Restarts
          </Table.Th>
          <Table.Th aria-label="Actions" visibleFrom="sm" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {instances.map((instance) => (
          <InstanceRow key={instance.id} instance={instance} told={told} showSpec={showSpec} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function InstanceRow({
  instance,
  told,
  showSpec,
}: {
  instance: Instance;
  told: string | null;
  showSpec: (id: string) => void;
}) {
  const { state, host_id, host_name, gpu, url, restarts, backend } = instance;
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Td>
        <Group gap={8}>
          <StatusWord look={stateLooks[state]} />
          <Text size="xs" c="dimmed" span>
            <Since instance={instance} /> · {markOf(instance.id)}
          </Text>
        </Group>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {instance.message === told
            ? 'No host fits; the reasons are above.'
            : asSentence(instance.message)}
        </Text>
        {instance.retry_at && <NextTry at={instance.retry_at} />}
        <ProgressBar instance={instance} />
        {/* What has a column of its own where there is room for it. */}
        <Stack gap={4} mt={6} hiddenFrom="sm">
          <Address url={url} />
          <SpecButton instance={instance} showSpec={showSpec} />
        </Stack>
      </Table.Td>
      <Table.Td>
        {host_id === null ? (
          <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
            none yet
          </Text>
        ) : (
          <Anchor
            component={Link}
            href={`/hosts/${host_id}`}
            size="sm"
            style={{ whiteSpace: 'nowrap' }}
          >
            {host_name}
          </Anchor>
        )}
        {backend && (
          <Text size="xs" c="dimmed">
            version {backend.version}
          </Text>
        )}
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Text size="sm">{gpu ? gpu.indexes.join(', ') : 'none'}</Text>
        {gpu && (
          <Text size="xs" c="dimmed">
            {gpu.framework}
          </Text>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm" style={{ whiteSpace: 'nowrap' }}>
        <Address url={url} />
      </Table.Td>
      <Table.Td ta="right" visibleFrom="md">
        {restarts}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        <SpecButton instance={instance} showSpec={showSpec} />
      </Table.Td>
    </Table.Tr>
  );
}

function NextTry({ at }: { at: string }) {
  const isDue = new Date(at).getTime() <= Date.now();
  return (
    <Text size="xs" c="dimmed">
      {isDue ? (
        'The next try is due.'
      ) : (
        <>
          Next try <RelativeTime time={at} />
        </>
      )}
    </Text>
  );
}

function Address({ url }: { url: string | null }) {
  if (url === null) return <Text size="sm">–</Text>;
  return <CopyableText value={url} what="the address" />;
}

function SpecButton({
  instance: { id, host_id },
  showSpec,
}: {
  instance: Instance;
  showSpec: (id: string) => void;
}) {
  if (host_id === null) return null;
  return (
    <Button size="compact-sm" variant="default" w="fit-content" onClick={() => showSpec(id)}>
      Launch spec
    </Button>
  );
}

function Since({ instance: { ready_at, started_at, state, created_at } }: { instance: Instance }) {
  if (state === 'running' && ready_at) {
    return (
      <>
        ready <RelativeTime time={ready_at} />
      </>
    );
  }
  if (started_at) {
    return (
      <>
        started <RelativeTime time={started_at} />
      </>
    );
  }
  return (
    <>
      created <RelativeTime time={created_at} />
    </>
  );
}
