import { Text } from '@mantine/core';
import type { BackendVersion } from '../../../../contract/backend.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { InUseDialog } from '../../parts/in-use-dialog.tsx';
import { tell } from '../../parts/tell.tsx';
import { useBackendActions } from '../use-backend-actions.ts';
import { UserLinks } from './user-links.tsx';

/** What is removed is still in the revisions, so its name is not asked for. */
export function RemoveVersionDialog({
  name,
  etag,
  version: { version, in_use_by: users },
  onClose,
}: {
  name: string;
  etag: string;
  version: BackendVersion;
  onClose: () => void;
}) {
  const { removeVersion } = useBackendActions();
  if (users.length > 0) {
    return (
      <InUseDialog
        name={version}
        advice="Move these deployments to another version first. Stopped deployments count too."
        onClose={onClose}
      >
        <UserLinks names={users} />
      </InUseDialog>
    );
  }
  return (
    <ActionDialog
      opened
      title={`Remove ${version}`}
      onClose={onClose}
      confirm="Remove"
      isDangerous
      run={async () => {
        await removeVersion(name, version, etag);
        tell(`${version} removed from ${name}.`);
      }}
    >
      <Text size="sm">
        Deployments can no longer use it. The previous revision still has it, and can be restored.
      </Text>
    </ActionDialog>
  );
}
