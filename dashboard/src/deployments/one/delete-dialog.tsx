import { Checkbox, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Deployment } from '../../../../contract/deployment.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { tell } from '../../parts/tell.tsx';
import { useDeploymentActions } from './use-deployment-action.ts';

/** Asks for the name, so that nobody deletes by a slip of the hand. */
export function DeleteDialog({
  deployment,
  onClose,
}: {
  deployment: Deployment;
  onClose: () => void;
}) {
  const { name, status } = deployment;
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState('');
  const [isForced, setForced] = useState(false);
  const { remove } = useDeploymentActions(name);
  const isLeaving = status.phase === 'deleting';
  return (
    <ActionDialog
      opened
      title={`Delete ${name}`}
      onClose={onClose}
      confirm="Delete"
      isDangerous
      isReady={typed === name && (!isLeaving || isForced)}
      run={async () => {
        const isGone = await remove(isForced);
        tell(isGone ? `${name} is deleted.` : `${name} is being deleted.`);
        if (isGone) navigate('/deployments');
      }}
    >
      <Text size="sm">
        Its containers are stopped, and it is gone with its timeline and its revisions. This cannot
        be undone.
      </Text>
      {isLeaving && (
        <Checkbox
          label="Do not wait for its hosts"
          description="What silent hosts still run is given up. Choose it if they will not come back."
          checked={isForced}
          onChange={(event) => setForced(event.currentTarget.checked)}
        />
      )}
      <TextInput
        label={`Type ${name} to delete it`}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
    </ActionDialog>
  );
}
