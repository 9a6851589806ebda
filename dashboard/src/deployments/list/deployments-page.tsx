import { Button, Group, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useAddressFilters } from '../../parts/address-filters.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { FilterChips } from '../../parts/filter-chips.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { RowsSkeleton } from '../../parts/skeletons.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { useDeployments } from '../queries.ts';
import { DeploymentTable } from './deployment-table.tsx';
import { filterDeployments, phaseOptions } from './filters.ts';

const filterNames = ['search', 'phase'] as const;

export default function DeploymentsPage() {
  const { values, set } = useAddressFilters(filterNames);
  const deployments = useDeployments();
  const mayDeploy = useMay('operator');
  const search = values.search[0] ?? '';
  const all = deployments.data ?? [];
  const shown = filterDeployments(all, { search, phase: values.phase });
  return (
    <>
      <PageHeader
        title="Deployments"
        description="The models you serve, and how each is doing."
        actions={
          mayDeploy && (
            <Button component={Link} href="/deploy" leftSection={<IconPlus size={16} />}>
              Deploy a model
            </Button>
          )
        }
      />
      <Stack>
        {all.length > 0 && (
          <Group role="search" gap="sm">
            <TextInput
              aria-label="Search deployments"
              placeholder="Search names, models, backends"
              leftSection={<IconSearch size={16} aria-hidden />}
              value={search}
              onChange={(event) => set('search', event.currentTarget.value)}
              w={{ base: '100%', sm: 320 }}
            />
            <FilterChips
              label="Phase"
              options={phaseOptions(all, values.phase)}
              chosen={values.phase}
              choose={(chosen) => set('phase', chosen)}
            />
          </Group>
        )}
        {deployments.isError && (
          <FaultNotice fault={deployments.error} again={() => deployments.refetch()} />
        )}
        {deployments.isPending && <RowsSkeleton />}
        {deployments.data && all.length === 0 && <NothingYet mayDeploy={mayDeploy} />}
        {all.length > 0 && shown.length === 0 && (
          <EmptyState
            title="No deployments match these filters"
            action={
              <Button component={Link} href="/deployments" variant="default" mt="sm">
                Show all
              </Button>
            }
          />
        )}
        {shown.length > 0 && <DeploymentTable deployments={shown} />}
      </Stack>
    </>
  );
}

function NothingYet({ mayDeploy }: { mayDeploy: boolean }) {
  if (!mayDeploy) {
    return (
      <EmptyState title="Nothing is deployed yet">
        Only operators and administrators can deploy models. Ask one of them.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Nothing is deployed yet"
      action={
        <Group mt="sm" gap="xs" justify="center">
          <Button component={Link} href="/deploy">
            Deploy a model
          </Button>
          <Button component={Link} href="/welcome" variant="default">
            Get started
          </Button>
        </Group>
      }
    >
      Choose a model and a backend. It is placed on one of your hosts as soon as there is room.
    </EmptyState>
  );
}
