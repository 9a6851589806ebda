import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconRocket } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { BackendVersion } from '../../../contract/backend.ts';
import { isProblem } from '../api/problem.ts';
import { CopyableText } from '../parts/copy.tsx';
import { FaultNotice } from '../parts/fault-notice.tsx';
import { NotFound } from '../parts/not-found.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { PageSkeleton, RowsSkeleton } from '../parts/skeletons.tsx';
import { BackendMenu } from './backend-menu.tsx';
import { useBackend, useBackendVersions } from './queries.ts';
import { SourceBadge } from './source-badge.tsx';

export default function BackendPage({ name }: { name: string }) {
  const backend = useBackend(name);
  const versions = useBackendVersions(name);
  if (isProblem(backend.error, 'not_found')) return <NotFound />;
  if (backend.isError) return <FaultNotice fault={backend.error} again={() => backend.refetch()} />;
  if (backend.isPending) return <PageSkeleton />;
  const { data } = backend.data;
  return (
    <>
      <PageHeader
        trail={[{ label: 'Backends', path: '/backends' }]}
        title={data.backend_name}
        beside={<SourceBadge source={data.source} />}
        description={data.description}
        actions={
          <>
            <Button
              component={Link}
              href={`/deploy?backend=${encodeURIComponent(name)}`}
              leftSection={<IconRocket size={16} />}
            >
              Deploy a model
            </Button>
            <BackendMenu backend={data} />
          </>
        }
      />
      <Stack>
        {versions.isError && <FaultNotice fault={versions.error} />}
        {versions.isPending && <RowsSkeleton />}
        {versions.data && <VersionTable versions={versions.data} />}
      </Stack>
    </>
  );
}

function VersionTable({ versions }: { versions: BackendVersion[] }) {
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table verticalSpacing="sm" aria-label="Versions">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Version</Table.Th>
            <Table.Th>Image</Table.Th>
            <Table.Th>Framework</Table.Th>
            <Table.Th>Used by</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {versions.map((version) => (
            <Table.Tr key={version.version}>
              <Table.Td>
                <Group gap={6}>
                  <Text fw={600} size="sm">
                    {version.version}
                  </Text>
                  {version.is_default && <Badge size="xs">Default</Badge>}
                  {version.deprecated && (
                    <Badge size="xs" variant="default">
                      Deprecated
                    </Badge>
                  )}
                </Group>
              </Table.Td>
              <Table.Td>
                <CopyableText value={version.image_name} what="the image" />
              </Table.Td>
              <Table.Td>{version.custom_framework}</Table.Td>
              <Table.Td>
                {version.in_use_by.length === 0 ? (
                  <Text size="sm" c="dimmed">
                    nothing
                  </Text>
                ) : (
                  version.in_use_by.join(', ')
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
