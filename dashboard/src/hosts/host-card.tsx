import { Anchor, Card, Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Host } from '../../../contract/host.ts';
import { CopyableText } from '../parts/copy.tsx';
import classes from '../parts/link-card.module.css';
import { sizeText } from '../parts/size-text.ts';
import { StatusWord } from '../parts/status-word.tsx';
import { concernsOf } from './concerns.ts';
import { GpuCells } from './gpu-cells.tsx';
import { gpuKindsOf, gpuUseOf, instancesInWords } from './gpu-use.ts';
import { HostLabels } from './labels.tsx';
import { LastSign } from './last-sign.tsx';
import { linkLooks, markLooks } from './looks.ts';
import { HostMarks } from './marks.tsx';

/** So many of its deployments are named. */
const NAMED = 3;

/** One host in the list. The whole card leads to it, its copy button and the names of its deployments do not. */
export function HostCard({
  host,
  deployments = [],
}: {
  host: Host;
  /** Names of those that are placed on it, as far as they are known. */
  deployments?: readonly string[];
}) {
  const { id, name, labels, status, inventory } = host;
  return (
    <Card withBorder className={classes.card} component="article" aria-label={name}>
      <Stack gap="sm" h="100%">
        <div>
          <Group justify="space-between" wrap="nowrap" gap="sm">
            <Text component="h2" fw={600} lh={1.3} truncate>
              <Link href={`/hosts/${id}`} className={classes.link}>
                {name}
              </Link>
            </Text>
            <StatusWord look={linkLooks[status]} />
          </Group>
          <Text size="xs" c="dimmed">
            <LastSign host={host} />
          </Text>
        </div>
        <HostMarks host={host} />
        <Concerns host={host} />
        <Gpus host={host} />
        <HostLabels labels={labels} />
        <Deployments names={deployments} />
        <Group justify="space-between" gap="xs" mt="auto">
          <Text size="xs" c="dimmed">
            {instancesInWords(host)}
            {inventory && ` · ${sizeText(inventory.memory_bytes)} memory`}
          </Text>
          {inventory && (
            <div className={classes.menu}>
              <CopyableText value={inventory.address} what={`the address of ${name}`} />
            </div>
          )}
        </Group>
      </Stack>
    </Card>
  );
}

function Gpus({ host }: { host: Host }) {
  if (host.inventory === null) return null;
  if (host.inventory.gpus.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No GPUs
      </Text>
    );
  }
  return (
    <div>
      <GpuCells use={gpuUseOf(host)} />
      {gpuKindsOf(host).map((kind) => (
        <Text key={kind} size="xs" c="dimmed">
          {kind}
        </Text>
      ))}
    </div>
  );
}

function Deployments({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <Group gap="xs">
      {names.slice(0, NAMED).map((name) => (
        <Anchor
          key={name}
          component={Link}
          href={`/deployments/${name}`}
          size="xs"
          className={classes.menu}
          maw="100%"
          truncate
        >
          {name}
        </Anchor>
      ))}
      {names.length > NAMED && (
        <Text size="xs" c="dimmed">
          and {names.length - NAMED} more
        </Text>
      )}
    </Group>
  );
}

/** The gravest, and how many more there are: the host's page has them all. */
function Concerns({ host }: { host: Host }) {
  const [first, ...more] = concernsOf(host).filter(({ tone }) => tone !== 'note');
  if (!first) return null;
  const label = more.length === 0 ? first.title : `${first.title}, and ${more.length} more`;
  return (
    <div>
      <StatusWord look={{ ...markLooks.attention, label }} />
      <Text size="xs" c="dimmed" lineClamp={2}>
        {first.text}
      </Text>
    </div>
  );
}
