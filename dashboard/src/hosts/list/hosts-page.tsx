import { Button, Group, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Host } from '../../../../contract/host.ts';
import { POLL_MS } from '../../api/query-client.ts';
import { useAddressFilters } from '../../parts/address-filters.ts';
import { countedOptions } from '../../parts/counted-options.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { FilterChips } from '../../parts/filter-chips.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { CardsSkeleton } from '../../parts/skeletons.tsx';
import { AddHostDialog } from '../add/add-host-dialog.tsx';
import { InstallCommand } from '../add/install-command.tsx';
import { linkLooks, markLooks, marksOf } from '../looks.ts';
import { useHosts } from '../queries.ts';
import { filterHosts } from './filters.ts';
import { HostGrid } from './host-grid.tsx';

// `add`: not a filter; the palette opens the dialog by it.
const filterNames = ['search', 'status', 'mark', 'add'] as const;

export default function HostsPage() {
  const { values, set } = useAddressFilters(filterNames);
  const hosts = useHosts(POLL_MS);
  const all = hosts.data ?? [];
  const search = values.search[0] ?? '';
  const shown = filterHosts(all, { ...values, search });
  const addButton = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => set('add', 'yes')}>
      Add a host
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Hosts"
        description="The machines that run your models, and how much of each is in use."
        actions={addButton}
      />
      <Stack>
        {all.length > 0 && <Filters hosts={all} values={values} set={set} />}
        {hosts.isError && <FaultNotice fault={hosts.error} again={() => hosts.refetch()} />}
        {hosts.isPending && <CardsSkeleton />}
        {hosts.data && all.length === 0 && <NothingYet />}
        {all.length > 0 && shown.length === 0 && (
          <EmptyState
            title="No hosts match these filters"
            action={
              <Button component={Link} href="/hosts" variant="default" mt="sm">
                Show all
              </Button>
            }
          />
        )}
        <HostGrid hosts={shown} />
      </Stack>
      {values.add.length > 0 && <AddHostDialog onClose={() => set('add', [])} />}
    </>
  );
}

function Filters({
  hosts,
  values,
  set,
}: { hosts: readonly Host[] } & ReturnType<
  typeof useAddressFilters<(typeof filterNames)[number]>
>) {
  const status = hosts.map((host) => host.status);
  return (
    <Group role="search" gap="sm">
      <TextInput
        aria-label="Search hosts"
        placeholder="Search names, addresses, labels, GPUs"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={values.search[0] ?? ''}
        onChange={(event) => set('search', event.currentTarget.value)}
        w={{ base: '100%', sm: 340 }}
      />
      <FilterChips
        label="Link"
        options={countedOptions(linkLooks, status, values.status)}
        chosen={values.status}
        choose={(chosen) => set('status', chosen)}
      />
      <FilterChips
        label="Marks"
        options={countedOptions(markLooks, hosts.flatMap(marksOf), values.mark)}
        chosen={values.mark}
        choose={(chosen) => set('mark', chosen)}
      />
    </Group>
  );
}

function NothingYet() {
  return (
    <EmptyState
      title="No hosts yet"
      action={
        <Button component={Link} href="/welcome" variant="default" mt="sm">
          Get started
        </Button>
      }
    >
      <Stack gap="sm" ta="left">
        <span>
          Any Linux machine with Docker can be a host. “Add a host” creates a token; then run this
          on the machine as root, with the token filled in:
        </span>
        <InstallCommand token="lse_…" />
      </Stack>
    </EmptyState>
  );
}
