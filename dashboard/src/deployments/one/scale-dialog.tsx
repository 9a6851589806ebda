import { NumberInput, Text } from '@mantine/core';
import { useState } from 'react';
import type { Deployment } from '../../../../contract/deployment.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { countOf } from '../../parts/count-of.ts';
import { tell } from '../../parts/tell.tsx';
import { useDeploymentActions } from './use-deployment-action.ts';

const fields = ['/replicas'];

export function ScaleDialog({
  deployment,
  onClose,
}: {
  deployment: Deployment;
  onClose: () => void;
}) {
  const { name, revision } = deployment;
  const [replicas, setReplicas] = useState<number | string>(deployment.replicas);
  const { scale } = useDeploymentActions(name);
  return (
    <ActionDialog
      opened
      title={`Scale ${name}`}
      onClose={onClose}
      confirm="Scale"
      fields={fields}
      isReady={typeof replicas === 'number' && replicas !== deployment.replicas}
      run={async () => {
        await scale(Number(replicas), `"${revision}"`);
        tell(`${name} set to ${countOf(Number(replicas), 'replica')}.`);
      }}
    >
      {(errorOf) => (
        <>
          <NumberInput
            label="Replicas"
            description="How many instances to run; with 0, none serves. Running instances are left alone, unless there are too many."
            value={replicas}
            onChange={setReplicas}
            min={0}
            max={1000}
            allowDecimal={false}
            allowNegative={false}
            data-autofocus
            data-pointer="/replicas"
            error={errorOf('/replicas')}
          />
          {deployment.stopped && (
            <Text size="sm">
              This deployment is stopped. The number applies when it is started again.
            </Text>
          )}
        </>
      )}
    </ActionDialog>
  );
}
