import { Button, Stack } from '@mantine/core';
import { Link, useSearch } from 'wouter';
import { useAddressFilters } from '../../parts/address-filters.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { RowsSkeleton } from '../../parts/skeletons.tsx';
import { AuditItem } from './audit-item.tsx';
import { filterNames, setFilters } from './filters.ts';
import { type AuditOf, useAudit } from './queries.ts';

/** The changes that the filters of the address let through. */
export function AuditLines({ of }: { of: AuditOf }) {
  const { values } = useAddressFilters(filterNames);
  const search = useSearch();
  const filter = setFilters(values);
  const audit = useAudit(of, filter);
  const lines = audit.data?.pages.flatMap(({ items }) => items) ?? [];
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <>
      {audit.isError && <FaultNotice fault={audit.error} again={() => audit.refetch()} />}
      {audit.isPending && <RowsSkeleton />}
      {audit.data && lines.length === 0 && <Nothing of={of} isFiltered={isFiltered} />}
      {lines.length > 0 && (
        <Stack
          gap="xs"
          component="ul"
          p={0}
          m={0}
          aria-label="Changes"
          style={{ listStyle: 'none' }}
        >
          {lines.map((line) => (
            <AuditItem key={line.id} line={line} onlyBy={(id) => pathWith(search, id)} />
          ))}
        </Stack>
      )}
      {audit.hasNextPage && (
        <Button
          variant="default"
          w="fit-content"
          loading={audit.isFetchingNextPage}
          onClick={() => audit.fetchNextPage()}
        >
          Load more
        </Button>
      )}
    </>
  );
}

/** The same page, with what `actor` did only. */
function pathWith(search: string, actor: string): string {
  const parameters = new URLSearchParams(search);
  parameters.set('actor', actor);
  return `/settings/audit?${parameters}`;
}

function Nothing({ of, isFiltered }: { of: AuditOf; isFiltered: boolean }) {
  if (!isFiltered) {
    return (
      <EmptyState title="No changes yet">
        Every change made by a person or a program appears here.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="No changes match these filters"
      action={
        <Button
          component={Link}
          href={of === 'platform' ? '/settings/audit?of=platform' : '/settings/audit'}
          variant="default"
          mt="sm"
        >
          Show all
        </Button>
      }
    />
  );
}
