import { Anchor, Button, Group, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useAddressFilters } from '../parts/address-filters.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { FaultNotice } from '../parts/fault-notice.tsx';
import { FilterChips } from '../parts/filter-chips.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { CardsSkeleton } from '../parts/skeletons.tsx';
import { useMay } from '../session/who-am-i.ts';
import { BackendCard } from './backend-card.tsx';
import { FrameworkFilter } from './framework-filter.tsx';
import { useBackends } from './queries.ts';
import { sourceLabels } from './source-badge.tsx';

const filterNames = ['search', 'source', 'framework'] as const;

export default function BackendsPage() {
  const { values, set } = useAddressFilters(filterNames);
  const mayChange = useMay('operator');
  const search = values.search[0] ?? '';
  const backends = useBackends({ ...values, search });
  const isFiltered = search !== '' || values.source.length > 0 || values.framework.length > 0;
  return (
    <>
      <PageHeader
        title="Inference backends"
        description="The engines that serve your models, each with its own versions, images and commands. A deployment picks one."
        actions={
          mayChange && (
            <Button component={Link} href="/add-backend" leftSection={<IconPlus size={16} />}>
              Add a backend
            </Button>
          )
        }
      />
      <Stack>
        <Group role="search" gap="sm">
          <TextInput
            aria-label="Search backends"
            placeholder="Search names and descriptions"
            leftSection={<IconSearch size={16} aria-hidden />}
            value={search}
            onChange={(event) => set('search', event.currentTarget.value)}
            w={{ base: '100%', sm: 280 }}
          />
          <FilterChips
            label="Source"
            options={Object.entries(sourceLabels)}
            chosen={values.source}
            choose={(chosen) => set('source', chosen)}
          />
          <FrameworkFilter chosen={values.framework} set={set} />
        </Group>
        {backends.isError && (
          <FaultNotice fault={backends.error} again={() => backends.refetch()} />
        )}
        {backends.isPending && <CardsSkeleton />}
        {backends.data?.length === 0 && (
          <EmptyState
            title={isFiltered ? 'No backends match these filters' : 'No backends yet'}
            action={
              isFiltered ? (
                <Button component={Link} href="/backends" variant="default" mt="sm">
                  Show all
                </Button>
              ) : (
                <Button component={Link} href="/community" mt="sm">
                  Browse the community gallery
                </Button>
              )
            }
          >
            {isFiltered ? (
              <>
                There may be one in the{' '}
                <Anchor component={Link} href="/community" inherit>
                  community gallery
                </Anchor>{' '}
                that is ready to use.
              </>
            ) : (
              'Enable one from the community gallery, or add your own.'
            )}
          </EmptyState>
        )}
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3, xl: 4 }} aria-live="polite">
          {backends.data?.map((backend) => (
            <BackendCard key={backend.backend_name} backend={backend} />
          ))}
        </SimpleGrid>
      </Stack>
    </>
  );
}
