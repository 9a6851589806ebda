import { Button } from '@mantine/core';
import { IconCircleCheck, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import type { CatalogueItem } from '../../../../contract/backend.ts';
import { StatusWord } from '../../parts/status-word.tsx';
import { tellFault, tellOf } from '../../parts/tell.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { DeleteBackendDialog } from '../one/delete-backend-dialog.tsx';
import { useBackendActions } from '../use-backend-actions.ts';
import { UpdateDialog } from './update-dialog.tsx';

export function CommunityState({ item }: { item: CatalogueItem }) {
  if (item.update_available) {
    return <StatusWord look={{ label: 'Update available', icon: IconRefresh, color: 'harbour' }} />;
  }
  if (!item.enabled) return <span />;
  return <StatusWord look={{ label: 'Enabled', icon: IconCircleCheck, color: 'teal' }} />;
}

/** Enable, update or disable, for those who may. */
export function CommunityActions({ item }: { item: CatalogueItem }) {
  const { backend_name: name } = item;
  const mayChange = useMay('operator');
  const { enable } = useBackendActions();
  const [isBusy, setBusy] = useState(false);
  const [open, setOpen] = useState<'update' | 'disable' | null>(null);

  async function turnOn() {
    setBusy(true);
    try {
      await enable(name);
      tellOf(`${name} enabled. It is now in your backends.`, {
        name,
        path: `/backends/${encodeURIComponent(name)}`,
      });
    } catch (error) {
      tellFault(error);
    } finally {
      setBusy(false);
    }
  }

  if (!mayChange) return null;
  const close = () => setOpen(null);
  return (
    <>
      {!item.enabled && (
        <Button
          size="xs"
          variant="default"
          loading={isBusy}
          onClick={turnOn}
          aria-label={`Enable ${name}`}
        >
          Enable
        </Button>
      )}
      {item.enabled && (
        <Button
          size="xs"
          variant="default"
          onClick={() => setOpen(item.update_available ? 'update' : 'disable')}
          aria-label={`${item.update_available ? 'Update' : 'Disable'} ${name}`}
        >
          {item.update_available ? 'Update' : 'Disable'}
        </Button>
      )}
      {open === 'update' && <UpdateDialog name={name} onClose={close} />}
      {open === 'disable' && (
        <DeleteBackendDialog name={name} isCommunity leadsAway={false} onClose={close} />
      )}
    </>
  );
}
