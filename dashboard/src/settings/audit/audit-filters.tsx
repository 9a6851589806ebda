import { Button, NativeSelect, Select, SimpleGrid, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconFilter } from '@tabler/icons-react';
import { useState } from 'react';
import { useAddressFilters } from '../../parts/address-filters.ts';
import { useMembers } from '../../session/members.ts';
import { useApiTokens } from '../queries.ts';
import { FilterMoment } from './filter-moment.tsx';
import { FilterText } from './filter-text.tsx';
import { filterNames, setFilters } from './filters.ts';
import { type AuditOf, useAudit } from './queries.ts';
import { kindLooks } from './words.ts';

const kinds = [
  { value: '', label: 'Anything' },
  ...Object.entries(kindLooks).map(([value, { label }]) => ({ value, label })),
];

/** What is shown, by the address. On a phone they are folded away until they are asked for. */
export function AuditFilters({ of }: { of: AuditOf }) {
  const { values, set } = useAddressFilters(filterNames);
  const filter = setFilters(values);
  const isWide = useMediaQuery('(min-width: 48em)', true);
  const [isOpen, setOpen] = useState(false);
  const count = Object.keys(filter).length;
  const actors = useActors(filter.actor);
  const lines = useAudit(of, filter).data?.pages.flatMap(({ items }) => items) ?? [];
  const operations = [...new Set(lines.map(({ operation }) => operation))].sort();
  return (
    <Stack gap="sm" role="search" aria-label="Filters">
      {!isWide && (
        <Button
          variant="default"
          leftSection={<IconFilter size={16} />}
          w="fit-content"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {count === 0 ? 'Filters' : `Filters (${count})`}
        </Button>
      )}
      {(isWide || isOpen) && (
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
          <Select
            label="Who"
            placeholder="Anyone"
            data={actors}
            value={filter.actor ?? null}
            onChange={(actor) => set('actor', actor ?? '')}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': 'Anybody' }}
            nothingFoundMessage="No one has this name."
          />
          <NativeSelect
            label="What"
            data={kinds}
            value={filter.resource_kind ?? ''}
            onChange={(event) => set('resource_kind', event.currentTarget.value)}
          />
          <FilterText
            label="Its name"
            placeholder="The name it had then"
            value={filter.resource_name ?? ''}
            onChange={(name) => set('resource_name', name)}
            suggestions={[...new Set(lines.map(({ resource }) => resource.name))].sort()}
          />
          <FilterText
            label="Operation"
            placeholder="deleteDeployment"
            value={filter.operation ?? ''}
            onChange={(operation) => set('operation', operation)}
            suggestions={operations}
          />
          <FilterMoment
            label="From"
            value={filter.from ?? ''}
            onChange={(moment) => set('from', moment)}
          />
          <FilterMoment
            label="Until"
            value={filter.until ?? ''}
            onChange={(moment) => set('until', moment)}
          />
        </SimpleGrid>
      )}
    </Stack>
  );
}

/** Who can be chosen: people and tokens of the organisation, and whoever the address names. */
function useActors(chosen: string | undefined) {
  const members = useMembers();
  const tokens = useApiTokens(true);
  const known = [
    { value: 'admin', label: 'Platform administrator (ADMIN_TOKEN)' },
    ...(members.data ?? []).map(({ user_id, email }) => ({ value: user_id, label: email })),
    ...(tokens.data ?? []).map(({ id, name, prefix }) => ({
      value: id,
      label: `Token ${name} (${prefix}…)`,
    })),
  ];
  const isKnown = chosen === undefined || known.some(({ value }) => value === chosen);
  return isKnown ? known : [...known, { value: chosen, label: chosen }];
}
