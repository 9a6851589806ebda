import { Button, Group, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Backend, BackendVersion } from '../../../../contract/backend.ts';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { RowsSkeleton } from '../../parts/skeletons.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { useBackendVersions } from '../queries.ts';
import { RemoveVersionDialog } from './remove-version-dialog.tsx';
import { VersionDrawer } from './version-drawer.tsx';
import { VersionRow } from './version-row.tsx';

type Open =
  | { what: 'add' }
  | { what: 'copy'; version: BackendVersion }
  | { what: 'edit'; version: BackendVersion }
  | { what: 'remove'; version: BackendVersion };

/** All versions, greatest first, and what can be done with one's own. */
export function Versions({ backend, etag }: { backend: Backend; etag: string }) {
  const versions = useBackendVersions(backend.backend_name);
  const mayChange = useMay('operator');
  const [open, setOpen] = useState<Open | null>(null);
  const [added, setAdded] = useState<string | null>(null);
  const close = () => setOpen(null);
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed">
          {backend.is_built_in
            ? 'Built-in versions cannot be edited; add your own beside them.'
            : 'A deployment that names no version gets the default, or the highest that fits.'}
        </Text>
        {mayChange && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => setOpen({ what: 'add' })}
          >
            Add version
          </Button>
        )}
      </Group>
      {versions.isError && <FaultNotice fault={versions.error} />}
      {versions.isPending && <RowsSkeleton />}
      {versions.data && (
        <Table verticalSpacing="xs" aria-label="Versions" layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={{ base: 'auto', sm: '30%' }}>Version</Table.Th>
              <Table.Th visibleFrom="sm">Image</Table.Th>
              <Table.Th w={100} visibleFrom="sm">
                Framework
              </Table.Th>
              <Table.Th w={{ base: 96, sm: '16%' }}>Used by</Table.Th>
              {mayChange && (
                <Table.Th w={52}>
                  <VisuallyHidden>Actions</VisuallyHidden>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {versions.data.map((version) => (
              <VersionRow
                key={version.version}
                backend={backend}
                version={version}
                isNew={version.version === added}
                mayChange={mayChange}
                copy={() => setOpen({ what: 'copy', version })}
                edit={() => setOpen({ what: 'edit', version })}
                remove={() => setOpen({ what: 'remove', version })}
              />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {open && open.what !== 'remove' && (
        <VersionDrawer
          backend={backend}
          etag={etag}
          version={open.what === 'edit' ? open.version : null}
          copyOf={open.what === 'copy' ? open.version : null}
          onSaved={(name) => open.what !== 'edit' && setAdded(name)}
          onClose={close}
        />
      )}
      {open?.what === 'remove' && (
        <RemoveVersionDialog
          name={backend.backend_name}
          etag={etag}
          version={open.version}
          onClose={close}
        />
      )}
    </Stack>
  );
}
