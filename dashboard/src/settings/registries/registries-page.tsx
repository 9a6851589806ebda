import { Button, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Registry } from '../../../../contract/registry.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { LookOnly } from '../../session/look-only.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { ListFrame } from '../list-frame.tsx';
import { useRegistries } from '../queries.ts';
import { DeleteRegistryDialog } from './delete-registry-dialog.tsx';
import { RegistryTable } from './registry-table.tsx';
import { SetRegistryDialog } from './set-registry-dialog.tsx';

type Open = { what: 'set'; registry: Registry | null } | { what: 'delete'; registry: Registry };

export default function RegistriesPage() {
  const registries = useRegistries();
  const mayChange = useMay('admin');
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <PageHeader
        title="Registries"
        description="Where hosts log in to pull private images. The password is a secret that hosts keep in memory only."
        actions={
          mayChange && (
            <Button
              leftSection={<IconPlus size={16} />}
              onClick={() => setOpen({ what: 'set', registry: null })}
            >
              Add a registry
            </Button>
          )
        }
      />
      <Stack gap="lg">
        <LookOnly>Only administrators can set registry logins.</LookOnly>
        <ListFrame
          list={registries}
          nothing={
            <EmptyState title="No registries yet">
              Public images need none. For private ones, add their registry, such as ghcr.io, with a
              user and a token that can pull.
            </EmptyState>
          }
        >
          {(all) => (
            <RegistryTable
              registries={all}
              change={(registry) => setOpen({ what: 'set', registry })}
              remove={(registry) => setOpen({ what: 'delete', registry })}
            />
          )}
        </ListFrame>
      </Stack>
      {open?.what === 'set' && <SetRegistryDialog registry={open.registry} onClose={close} />}
      {open?.what === 'delete' && <DeleteRegistryDialog registry={open.registry} onClose={close} />}
    </>
  );
}
