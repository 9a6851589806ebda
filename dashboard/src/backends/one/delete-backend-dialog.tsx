import { Text } from '@mantine/core';
import { useLocation } from 'wouter';
import { DeleteDialog } from '../../parts/delete-dialog.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { InUseDialog } from '../../parts/in-use-dialog.tsx';
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
      <InUseDialog
        name={name}
        advice="Delete these deployments first, or move them to another backend. Stopped deployments count too."
        onClose={onClose}
      >
        <UserLinks names={users} />
      </InUseDialog>
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
        tell(isCommunity ? `${name} disabled.` : `${name} deleted.`);
      }}
    >
      {backend.isError && <FaultNotice fault={backend.error} />}
      <Text size="sm">
        {isCommunity
          ? 'This removes it from your backends, along with your changes and its revisions. You can enable it again as shipped.'
          : 'Its versions and revisions are deleted too. This cannot be undone.'}
      </Text>
    </DeleteDialog>
  );
}
