import { Button, Group, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useAddressFilters } from '../../parts/address-filters.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { CardsSkeleton } from '../../parts/skeletons.tsx';
import { FrameworkFilter } from '../framework-filter.tsx';
import { useCommunity } from '../queries.ts';
import { CommunityCard } from './community-card.tsx';
import { CommunityDrawer } from './community-drawer.tsx';

const filterNames = ['search', 'framework', 'show'] as const;

export default function CommunityPage() {
  const { values, set } = useAddressFilters(filterNames);
  const search = values.search[0] ?? '';
  const items = useCommunity({ search, framework: values.framework });
  const shown = items.data?.find(({ backend_name }) => backend_name === values.show[0]);
  return (
    <>
      <PageHeader
        title="Community backends"
        description="Ready-made backends. Each is off until you enable it, and yours to edit from then on."
      />
      <Stack>
        <Group role="search" gap="sm">
          <TextInput
            aria-label="Search community backends"
            placeholder="Search names and descriptions"
            leftSection={<IconSearch size={16} aria-hidden />}
            value={search}
            onChange={(event) => set('search', event.currentTarget.value)}
            w={{ base: '100%', sm: 280 }}
          />
          <FrameworkFilter chosen={values.framework} set={set} />
        </Group>
        {items.isError && <FaultNotice fault={items.error} again={() => items.refetch()} />}
        {items.isPending && <CardsSkeleton />}
        {items.data?.length === 0 && (
          <EmptyState
            title="No community backends match these filters"
            action={
              <Button component={Link} href="/community" variant="default" mt="sm">
                Show all
              </Button>
            }
          >
            You can add any engine that runs in a container as your own backend.
          </EmptyState>
        )}
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3, xl: 4 }} aria-live="polite">
          {items.data?.map((item) => (
            <CommunityCard
              key={item.backend_name}
              item={item}
              look={() => set('show', item.backend_name)}
            />
          ))}
        </SimpleGrid>
      </Stack>
      <CommunityDrawer item={shown ?? null} onClose={() => set('show', '')} />
    </>
  );
}
