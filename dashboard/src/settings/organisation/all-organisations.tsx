import { Badge, Button, Group, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Org } from '../../../../contract/org.ts';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { chooseOrg } from '../../session/choose-org.ts';
import { ListFrame } from '../list-frame.tsx';
import { Panel } from '../panel.tsx';
import { useOrgs } from '../queries.ts';
import { LimitsDialog } from './limits-dialog.tsx';
import { NewOrgDialog } from './new-org-dialog.tsx';
import { limitWords } from './words.ts';

/** All that there are, for whoever runs this control plane. */
export function AllOrganisations({ shownId }: { shownId: string }) {
  const orgs = useOrgs();
  const [isAdding, setAdding] = useState(false);
  const [limited, setLimited] = useState<Org | null>(null);
  return (
    <Panel
      title="All organisations"
      description="Seen by platform administrators only. The numbers are limits."
    >
      <Button
        variant="default"
        leftSection={<IconPlus size={16} />}
        w="fit-content"
        onClick={() => setAdding(true)}
      >
        New organisation
      </Button>
      <ListFrame list={orgs} nothing={null}>
        {(all) => (
          <Table aria-label="Organisations" verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                {limitWords.map(({ key, label }) => (
                  <Table.Th key={key} ta="right" visibleFrom="md">
                    {label}
                  </Table.Th>
                ))}
                <Table.Th visibleFrom="sm">Made</Table.Th>
                <Table.Th>
                  <VisuallyHidden>Actions</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {all.map((org) => (
                <Row
                  key={org.id}
                  org={org}
                  isShown={org.id === shownId}
                  setLimits={() => setLimited(org)}
                />
              ))}
            </Table.Tbody>
          </Table>
        )}
      </ListFrame>
      {isAdding && <NewOrgDialog onClose={() => setAdding(false)} />}
      {limited && <LimitsDialog org={limited} onClose={() => setLimited(null)} />}
    </Panel>
  );
}

function Row({ org, isShown, setLimits }: { org: Org; isShown: boolean; setLimits: () => void }) {
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
              This one
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
