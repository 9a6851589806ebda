import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { HostDetail } from '../../../../contract/host.ts';
import { useInstances } from '../../deployments/queries.ts';
import { countOf } from '../../parts/count-of.ts';
import { grouped } from '../../parts/grouped.ts';

/** More would be as many questions to the control plane. */
const MOST = 10;

/** Of a host that is being emptied: what is left on it, and why that has not moved yet. */
export function LeftOnIt({ host: { launches } }: { host: HostDetail }) {
  const left = [...grouped(launches, ({ deployment }) => deployment)];
  if (left.length === 0) return null;
  return (
    <Stack component="ul" aria-label="Still on this host" gap={4} p={0} m={0} mt={6}>
      {left.slice(0, MOST).map(([name, of]) => (
        <Left key={name} name={name} count={of.length} />
      ))}
      {left.length > MOST && (
        <Text size="sm" component="li" style={{ listStyle: 'none' }}>
          and {countOf(left.length - MOST, 'more deployment')}, below
        </Text>
      )}
    </Stack>
  );
}

function Left({ name, count }: { name: string; count: number }) {
  const instances = useInstances(name, true);
  const waiting = instances.data?.find(({ state }) => state === 'pending');
  return (
    <Text size="sm" component="li" style={{ listStyle: 'none', overflowWrap: 'anywhere' }}>
      {countOf(count, 'instance')} of{' '}
      <Anchor component={Link} href={`/deployments/${name}`} size="sm" underline="always">
        {name}
      </Anchor>
      {waiting && <>, waiting: {waiting.message}</>}
    </Text>
  );
}
