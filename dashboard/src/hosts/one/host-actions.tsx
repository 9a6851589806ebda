import { Button, Menu } from '@mantine/core';
import {
  IconBan,
  IconKey,
  IconLock,
  IconLockOpen,
  IconLogout,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { HostDetail } from '../../../../contract/host.ts';
import { MoreMenu } from '../../parts/more-menu.tsx';
import { tell, tellFault } from '../../parts/tell.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { ChangeDialog } from './change-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { DrainDialog, RevokeDialog, RotateDialog } from './simple-dialogs.tsx';
import { useHostActions } from './use-host-actions.ts';

const dialogs = {
  change: ChangeDialog,
  drain: DrainDialog,
  rotate: RotateDialog,
  revoke: RevokeDialog,
  remove: RemoveDialog,
};

/** What can be done with a host, for those who may. */
export function HostActions({ host }: { host: HostDetail }) {
  const { id, name, schedulable, draining, revoked_at } = host;
  const [open, setOpen] = useState<keyof typeof dialogs | null>(null);
  const { cordon, uncordon, unrevoke } = useHostActions(id);
  const mayAct = useMay('operator');
  if (!mayAct) return null;
  const Dialog = open && dialogs[open];
  return (
    <>
      {schedulable ? (
        <QuickButton
          icon={<IconLock size={16} />}
          run={cordon}
          done={`${name} cordoned. It takes nothing new.`}
          label="Cordon"
        />
      ) : (
        <QuickButton
          icon={<IconLockOpen size={16} />}
          run={uncordon}
          done={`${name} uncordoned. It takes instances again.`}
          label="Uncordon"
        />
      )}
      {!draining && (
        <Button
          variant="default"
          leftSection={<IconLogout size={16} />}
          onClick={() => setOpen('drain')}
        >
          Drain
        </Button>
      )}
      {revoked_at !== null && (
        <QuickButton
          icon={<IconKey size={16} />}
          run={unrevoke}
          done={`${name} is no longer revoked.`}
          label="Undo revocation"
        />
      )}
      <MoreMenu label={`More actions for ${name}`} isInHead>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setOpen('change')}>
          Name and labels
        </Menu.Item>
        {revoked_at === null && (
          <>
            <Menu.Item leftSection={<IconKey size={16} />} onClick={() => setOpen('rotate')}>
              Replace its secret
            </Menu.Item>
            <Menu.Item leftSection={<IconBan size={16} />} onClick={() => setOpen('revoke')}>
              Revoke
            </Menu.Item>
          </>
        )}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconTrash size={16} />}
          color="var(--mantine-color-error)"
          onClick={() => setOpen('remove')}
        >
          Remove
        </Menu.Item>
      </MoreMenu>
      {Dialog && <Dialog host={host} onClose={() => setOpen(null)} />}
    </>
  );
}

/** What is undone as easily as it is done asks nothing. */
function QuickButton({
  icon,
  label,
  run,
  done,
}: {
  icon: ReactNode;
  label: string;
  run: () => Promise<void>;
  done: string;
}) {
  const [isBusy, setBusy] = useState(false);
  async function click() {
    setBusy(true);
    try {
      await run();
      tell(done);
    } catch (error) {
      tellFault(error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Button variant="default" leftSection={icon} loading={isBusy} onClick={click}>
      {label}
    </Button>
  );
}
