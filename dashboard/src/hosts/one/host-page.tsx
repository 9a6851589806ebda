import { Stack, Tabs, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { HostDetail } from '../../../../contract/host.ts';
import { isProblem } from '../../api/problem.ts';
import { tabOf, useAddressFilters } from '../../parts/address-filters.ts';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { NotFound } from '../../parts/not-found.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { PageSkeleton } from '../../parts/skeletons.tsx';
import { StatusWord } from '../../parts/status-word.tsx';
import { Timeline } from '../../timeline/timeline.tsx';
import { linkLooks } from '../looks.ts';
import { HostMarks } from '../marks.tsx';
import { eventsOf, useHost } from '../queries.ts';
import { ConcernNotices } from './concern-notices.tsx';
import { Facts } from './facts.tsx';
import { GpuTable } from './gpu-table.tsx';
import { HostActions } from './host-actions.tsx';
import { InventoryFacts } from './inventory-facts.tsx';
import { LaunchTable } from './launch-table.tsx';

export default function HostPage({ id }: { id: string }) {
  const host = useHost(id);
  if (isProblem(host.error, 'not_found'))
    return <NotFound what="such host" back={{ label: 'Go to hosts', path: '/hosts' }} />;
  if (host.isPending) return <PageSkeleton />;
  if (!host.data) return <FaultNotice fault={host.error} again={() => host.refetch()} />;
  return (
    <>
      {host.isError && <FaultNotice fault={host.error} />}
      <PageHeader
        trail={[{ label: 'Hosts', path: '/hosts' }]}
        title={host.data.name}
        beside={
          <>
            <StatusWord look={linkLooks[host.data.status]} size="md" />
            <HostMarks host={host.data} />
          </>
        }
        actions={<HostActions host={host.data} />}
      />
      <Stack gap="lg">
        <ConcernNotices host={host.data} />
        <Facts host={host.data} />
        <Parts host={host.data} />
      </Stack>
    </>
  );
}

const filterNames = ['tab'] as const;
const tabs = ['overview', 'inventory'] as const;

function Parts({ host }: { host: HostDetail }) {
  const { values, set } = useAddressFilters(filterNames);
  return (
    <Tabs
      value={tabOf(tabs, values.tab)}
      onChange={(next) => set('tab', next === 'overview' ? '' : (next ?? ''))}
      keepMounted={false}
    >
      <Tabs.List aria-label="Host sections">
        <Tabs.Tab value="overview">Overview</Tabs.Tab>
        <Tabs.Tab value="inventory">Inventory</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="overview" pt="lg">
        <Stack gap="xl">
          <Section title="GPUs">
            <GpuTable host={host} />
          </Section>
          <Section title="What runs here">
            <LaunchTable host={host} />
          </Section>
          <Section title="Timeline">
            <Timeline of={eventsOf(host)} />
          </Section>
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="inventory" pt="lg">
        <InventoryFacts host={host} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap="xs" component="section">
      <Title order={2} size="h4">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
