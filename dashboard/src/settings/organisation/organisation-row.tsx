import { Badge, Button, Group, Table, Text } from '@mantine/core';
import type { Org } from '../../../../contract/org.ts';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { chooseOrg } from '../../session/choose-org.ts';
import { limitWords } from './words.ts';

export function OrganisationRow({
  org,
  isShown,
  setLimits,
}: {
  org: Org;
  isShown: boolean;
  setLimits: () => void;
}) {
  const { id, name, limits, created_at, deleting_at } = org;
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <Group gap="xs">
          <Text size="sm" fw={600} span>
            {name}
          </Text>
          {isShown && (
            <Badge size="sm" variant="default" tt="none">
              Current
            </Badge>
          )}
        </Group>
        {deleting_at !== null && (
          <Text size="xs" c="dimmed">
            being deleted since <RelativeTime time={deleting_at} />
          </Text>
        )}
      </Table.Td>
      {limitWords.map(({ key }) => (
        <Table.Td key={key} ta="right" visibleFrom="md">
          {limits[key].toLocaleString('en')}
        </Table.Td>
      ))}
      <Table.Td visibleFrom="sm">
        <RelativeTime time={created_at} />
      </Table.Td>
      <Table.Td>
        {deleting_at === null && (
          <Group gap="xs" justify="flex-end" wrap="nowrap">
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`Limits of ${name}`}
              onClick={setLimits}
            >
              Limits
            </Button>
            {!isShown && (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Open ${name}`}
                onClick={() => chooseOrg(id)}
              >
                Open
              </Button>
            )}
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
