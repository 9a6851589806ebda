import { Badge, Button, Stack, Tabs, Text } from '@mantine/core';
import { IconPencil, IconRocket } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Backend } from '../../../../contract/backend.ts';
import type { Reply } from '../../api/client.ts';
import { isProblem } from '../../api/problem.ts';
import { useAddressFilters } from '../../parts/address-filters.ts';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { NotFound } from '../../parts/not-found.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { PageSkeleton } from '../../parts/skeletons.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { BackendMenu } from '../backend-menu.tsx';
import { UpdateNotice } from '../community/update-notice.tsx';
import { useBackend } from '../queries.ts';
import { SourceBadge } from '../source-badge.tsx';
import { BackendRevisions } from './backend-revisions.tsx';
import { Defaults } from './defaults.tsx';
import { Versions } from './versions.tsx';

export default function BackendPage({ name }: { name: string }) {
  const backend = useBackend(name);
  if (isProblem(backend.error, 'not_found'))
    return (
      <NotFound what={`backend ${name}`} back={{ label: 'Go to backends', path: '/backends' }} />
    );
  if (backend.isPending) return <PageSkeleton />;
  if (!backend.data) return <FaultNotice fault={backend.error} again={() => backend.refetch()} />;
  return (
    <>
      {backend.isError && <FaultNotice fault={backend.error} />}
      <Page reply={backend.data} />
    </>
  );
}

const filterNames = ['tab'] as const;

function Page({ reply }: { reply: Reply<Backend> }) {
  const { data: backend, etag } = reply;
  const name = backend.backend_name;
  const mayChange = useMay('operator');
  const { values, set } = useAddressFilters(filterNames);
  const tab = values.tab[0] ?? 'versions';
  return (
    <>
      <PageHeader
        trail={[{ label: 'Backends', path: '/backends' }]}
        title={name}
        beside={<SourceBadge source={backend.source} />}
        description={backend.description}
        actions={
          <>
            {mayChange && (
              <>
                <Button
                  variant="default"
                  component={Link}
                  href={`/backends/${name}/edit`}
                  leftSection={<IconPencil size={16} />}
                >
                  Edit
                </Button>
                <Button
                  component={Link}
                  href={`/deploy?backend=${encodeURIComponent(name)}`}
                  leftSection={<IconRocket size={16} />}
                >
                  Deploy a model
                </Button>
              </>
            )}
            <BackendMenu backend={backend} isOnItsPage />
          </>
        }
      />
      <Stack gap="lg">
        {backend.update_available && mayChange && <UpdateNotice name={name} />}
        <Tabs
          value={tab}
          onChange={(next) => set('tab', next === 'versions' ? '' : (next ?? ''))}
          keepMounted={false}
        >
          <Tabs.List aria-label="Backend sections">
            <Tabs.Tab
              value="versions"
              rightSection={
                <Badge variant="default" size="sm">
                  {Object.keys(backend.version_configs).length}
                </Badge>
              }
            >
              Versions
            </Tabs.Tab>
            <Tabs.Tab value="defaults">Defaults</Tabs.Tab>
            <Tabs.Tab value="revisions">Revisions</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="versions" pt="md">
            <Versions backend={backend} etag={etag ?? ''} />
          </Tabs.Panel>
          <Tabs.Panel value="defaults" pt="lg">
            <Defaults backend={backend} />
          </Tabs.Panel>
          <Tabs.Panel value="revisions" pt="lg">
            {backend.id === null ? (
              <Text size="sm" c="dimmed">
                Unchanged since it shipped: nobody has edited it here.
              </Text>
            ) : (
              <BackendRevisions backend={backend} etag={etag ?? ''} />
            )}
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </>
  );
}
