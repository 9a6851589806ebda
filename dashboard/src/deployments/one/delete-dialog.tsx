import { Checkbox, Text } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Deployment } from '../../../../contract/deployment.ts';
import { DeleteDialog as AskForName } from '../../parts/delete-dialog.tsx';
import { tell } from '../../parts/tell.tsx';
import { useDeploymentActions } from './use-deployment-action.ts';

export function DeleteDialog({
  deployment,
  onClose,
}: {
  deployment: Deployment;
  onClose: () => void;
}) {
  const { name, status } = deployment;
  const [, navigate] = useLocation();
  const [isForced, setForced] = useState(false);
  const { remove } = useDeploymentActions(name);
  const isLeaving = status.phase === 'deleting';
  return (
    <AskForName
      name={name}
      onClose={onClose}
      isReady={!isLeaving || isForced}
      run={async () => {
        const isGone = await remove(isForced);
        tell(isGone ? `${name} deleted.` : `${name} is being deleted.`);
        if (isGone) navigate('/deployments');
      }}
    >
      <Text size="sm">
        Its containers are stopped, and its timeline and revisions are deleted. This cannot be
        undone.
      </Text>
      {isLeaving && (
        <Checkbox
          label="Do not wait for its hosts"
          description="Gives up whatever silent hosts still run. Choose this if they will not come back."
          checked={isForced}
          onChange={(event) => setForced(event.currentTarget.checked)}
        />
      )}
    </AskForName>
  );
}
