import { Text } from '@mantine/core';
import { useLocation } from 'wouter';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { DeleteDialog } from '../../parts/delete-dialog.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { tell } from '../../parts/tell.tsx';
import { useBackend } from '../queries.ts';
import { useBackendActions } from '../use-backend-actions.ts';
import { UserLinks } from './user-links.tsx';

/** Names who uses it; what nobody uses can go. A community one is disabled by that, and can be enabled again. */
export function DeleteBackendDialog({
  name,
  isCommunity,
  leadsAway = true,
  onClose,
}: {
  name: string;
  isCommunity: boolean;
  /** The page that is shown is about it. */
  leadsAway?: boolean;
  onClose: () => void;
}) {
  const backend = useBackend(name);
  const { remove } = useBackendActions();
  const [, navigate] = useLocation();
  const verb = isCommunity ? 'Disable' : 'Delete';
  const users = [
    ...new Set(backend.data?.data.in_use_by.map(({ deployment }) => deployment) ?? []),
  ];
  if (users.length > 0) {
    return (
      <ActionDialog
        opened
        title={`${name} is in use`}
        onClose={onClose}
        confirm="Understood"
        run={async () => {}}
      >
        <Text size="sm">
          Delete these deployments first, or give them another backend. Stopped ones count too.
        </Text>
        <UserLinks names={users} />
      </ActionDialog>
    );
  }
  return (
    <DeleteDialog
      name={name}
      verb={verb}
      onClose={onClose}
      isReady={backend.data !== undefined}
      run={async () => {
        await remove(name, backend.data?.etag ?? '', () => {
          if (leadsAway) navigate(isCommunity ? '/community' : '/backends');
          else onClose();
        });
        tell(isCommunity ? `${name} is disabled.` : `${name} is deleted.`);
      }}
    >
      {backend.isError && <FaultNotice fault={backend.error} />}
      <Text size="sm">
        {isCommunity
          ? 'It goes from your backends with what you changed in it and its revisions. You can enable it again as it ships.'
          : 'It is gone with its versions and its revisions. This cannot be undone.'}
      </Text>
    </DeleteDialog>
  );
}
