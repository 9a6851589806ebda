import { Checkbox, Text } from '@mantine/core';
import { useState } from 'react';
import type { Org } from '../../../../contract/org.ts';
import { DeleteDialog } from '../../parts/delete-dialog.tsx';
import { chooseOrg } from '../../session/choose-org.ts';
import { useOrgActions } from './use-org-actions.ts';

/** Of the organisation that is looked at: another one is shown afterwards. */
export function DeleteOrgDialog({ org, onClose }: { org: Org; onClose: () => void }) {
  const [isForced, setForced] = useState(false);
  const { remove } = useOrgActions();
  return (
    <DeleteDialog
      name={org.name}
      onClose={onClose}
      run={async () => {
        await remove(org, isForced);
        chooseOrg(null);
      }}
    >
      <Text size="sm">
        Its deployments, hosts, backends, secrets and tokens are deleted, and its members lose
        access. This cannot be undone. It is refused while its hosts still run anything.
      </Text>
      <Checkbox
        label="Give up what runs"
        description="Agents stop the containers the next time they make contact. Otherwise, delete the deployments first."
        checked={isForced}
        onChange={(event) => setForced(event.currentTarget.checked)}
      />
    </DeleteDialog>
  );
}
