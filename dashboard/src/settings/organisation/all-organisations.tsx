import { Button, Table, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { Org } from '../../../../contract/org.ts';
import { ListFrame } from '../list-frame.tsx';
import { Panel } from '../panel.tsx';
import { useOrgs } from '../queries.ts';
import { LimitsDialog } from './limits-dialog.tsx';
import { NewOrgDialog } from './new-org-dialog.tsx';
import { OrganisationRow } from './organisation-row.tsx';
import { limitWords } from './words.ts';

/** So many are drawn before somebody asks for all. */
const FIRST = 20;

/** All that there are, the newest first, for whoever runs this control plane. */
export function AllOrganisations({ shownId }: { shownId: string }) {
  const orgs = useOrgs();
  const [isAdding, setAdding] = useState(false);
  return (
    <Panel
      title="All organisations"
      description="Visible to platform administrators only. The numbers are limits."
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
        {(all) => <Organisations all={all} shownId={shownId} />}
      </ListFrame>
      {isAdding && <NewOrgDialog onClose={() => setAdding(false)} />}
    </Panel>
  );
}

function Organisations({ all, shownId }: { all: readonly Org[]; shownId: string }) {
  const [search, setSearch] = useState('');
  const [isWhole, setWhole] = useState(false);
  const [limited, setLimited] = useState<Org | null>(null);
  const wanted = search.trim().toLowerCase();
  const found = all.filter(({ id, name }) => name.includes(wanted) || id === wanted).reverse();
  const shown = isWhole ? found : found.slice(0, FIRST);
  return (
    <>
      {all.length > FIRST && (
        <TextInput
          aria-label="Search organisations"
          placeholder="Search names and ids"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          maw={300}
        />
      )}
      <Table aria-label="Organisations" verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            {limitWords.map(({ key, label }) => (
              <Table.Th key={key} ta="right" visibleFrom="md">
                {label}
              </Table.Th>
            ))}
            <Table.Th visibleFrom="sm">Created</Table.Th>
            <Table.Th>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((org) => (
            <OrganisationRow
              key={org.id}
              org={org}
              isShown={org.id === shownId}
              setLimits={() => setLimited(org)}
            />
          ))}
        </Table.Tbody>
      </Table>
      {shown.length < found.length && (
        <Button variant="default" w="fit-content" onClick={() => setWhole(true)}>
          Show all {found.length.toLocaleString('en')}
        </Button>
      )}
      {wanted !== '' && found.length === 0 && (
        <Text size="sm" c="dimmed">
          No organisations match.
        </Text>
      )}
      {limited && <LimitsDialog org={limited} onClose={() => setLimited(null)} />}
    </>
  );
}
