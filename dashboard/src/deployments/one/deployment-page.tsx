import { Stack, Tabs, Title } from '@mantine/core';
import { useState } from 'react';
import type { Deployment } from '../../../../contract/deployment.ts';
import type { Host } from '../../../../contract/host.ts';
import { isProblem } from '../../api/problem.ts';
import { useHosts } from '../../hosts/queries.ts';
import { tabOf, useAddressFilters } from '../../parts/address-filters.ts';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { NotFound } from '../../parts/not-found.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { PageSkeleton, RowsSkeleton } from '../../parts/skeletons.tsx';
import { StatusWord } from '../../parts/status-word.tsx';
import { Timeline } from '../../timeline/timeline.tsx';
import { phaseLooks } from '../looks.ts';
import { eventsOf, isMoving, useDeployment, useInstances } from '../queries.ts';
import { Configuration } from './configuration.tsx';
import { DeploymentActions } from './deployment-actions.tsx';
import { Endpoints } from './endpoints.tsx';
import { Facts } from './facts.tsx';
import { useWaiting } from './host-reasons.tsx';
import { placeOf } from './instance-mark.ts';
import { InstanceTable } from './instance-table.tsx';
import { LaunchSpecDrawer } from './launch-spec-drawer.tsx';
import { Revisions } from './revisions.tsx';
import { WhyNotice } from './why-notice.tsx';

export default function DeploymentPage({ name }: { name: string }) {
  const deployment = useDeployment(name);
  if (isProblem(deployment.error, 'not_found')) return <NotFound what={`deployment ${name}`} />;
  if (deployment.isPending) return <PageSkeleton />;
  if (!deployment.data) {
    return <FaultNotice fault={deployment.error} again={() => deployment.refetch()} />;
  }
  return (
    <>
      {deployment.isError && <FaultNotice fault={deployment.error} />}
      <Page deployment={deployment.data.data} />
    </>
  );
}

function Page({ deployment }: { deployment: Deployment }) {
  const { name, status } = deployment;
  const instances = useInstances(name, isMoving(deployment));
  const hosts = useHosts();
  const waiting = useWaiting(instances.data ?? []);
  const look = phaseLooks[status.phase];
  return (
    <>
      <PageHeader
        trail={[{ label: 'Deployments', path: '/deployments' }]}
        title={name}
        beside={<StatusWord look={look} size="md" />}
        actions={<DeploymentActions deployment={deployment} />}
      />
      <Stack gap="lg">
        <WhyNotice
          deployment={deployment}
          instances={instances.data ?? []}
          hosts={hosts.data ?? []}
          waiting={waiting}
        />
        <Facts deployment={deployment} />
        <Parts
          deployment={deployment}
          instances={instances}
          hosts={hosts.data ?? []}
          told={waiting?.told ?? null}
        />
      </Stack>
    </>
  );
}

const filterNames = ['tab'] as const;
const tabs = ['overview', 'revisions', 'configuration'] as const;

function Parts({
  deployment,
  instances,
  hosts,
  told,
}: {
  deployment: Deployment;
  instances: ReturnType<typeof useInstances>;
  hosts: readonly Host[];
  told: string | null;
}) {
  const { values, set } = useAddressFilters(filterNames);
  const [shownSpec, showSpec] = useState<string | null>(null);
  const tab = tabOf(tabs, values.tab);
  return (
    <>
      <Tabs
        value={tab}
        onChange={(next) => set('tab', next === 'overview' ? '' : (next ?? ''))}
        keepMounted={false}
      >
        <Tabs.List aria-label="Deployment sections">
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="revisions">Revisions</Tabs.Tab>
          <Tabs.Tab value="configuration">Configuration</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview" pt="lg">
          <Stack gap="xl">
            <Endpoints deployment={deployment} />
            <Stack gap="xs" component="section">
              <Title order={2} size="h4">
                Instances
              </Title>
              {instances.isError && <FaultNotice fault={instances.error} />}
              {instances.isPending && <RowsSkeleton rows={2} />}
              {instances.data && (
                <InstanceTable instances={instances.data} told={told} showSpec={showSpec} />
              )}
            </Stack>
            <Stack gap="sm" component="section">
              <Title order={2} size="h4">
                Timeline
              </Title>
              <Timeline
                of={eventsOf(deployment)}
                placeOf={(event) => placeOf(event, instances.data ?? [], hosts)}
              />
            </Stack>
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="revisions" pt="lg">
          <Revisions deployment={deployment} />
        </Tabs.Panel>
        <Tabs.Panel value="configuration" pt="lg">
          <Configuration deployment={deployment} />
        </Tabs.Panel>
      </Tabs>
      <LaunchSpecDrawer id={shownSpec} onClose={() => showSpec(null)} />
    </>
  );
}
