import { Text } from '@mantine/core';
import type { BackendVersion } from '../../../../contract/backend.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
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
  const isUsed = users.length > 0;
  return (
    <ActionDialog
      opened
      title={isUsed ? `${version} is in use` : `Remove ${version}`}
      onClose={onClose}
      confirm="Remove"
      isDangerous
      isReady={!isUsed}
      run={async () => {
        await removeVersion(name, version, etag);
        tell(`${version} is removed from ${name}.`);
      }}
    >
      <Text size="sm">
        {isUsed
          ? 'Give these deployments another version first. Stopped ones count too.'
          : 'Deployments cannot name it any more. The revision before still has it, and can be restored.'}
      </Text>
      {isUsed && <UserLinks names={users} />}
    </ActionDialog>
  );
}
