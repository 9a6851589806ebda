import { Text } from '@mantine/core';
import type { Deployment } from '../../../../contract/deployment.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { tell } from '../../parts/tell.tsx';
import { useDeploymentActions } from './use-deployment-action.ts';

interface Props {
  deployment: Deployment;
  onClose: () => void;
}

export function RestartDialog({ deployment: { name }, onClose }: Props) {
  const { restart } = useDeploymentActions(name);
  return (
    <ActionDialog
      opened
      title={`Restart ${name}`}
      onClose={onClose}
      confirm="Restart"
      run={async () => {
        await restart();
        tell(`${name} is being restarted.`);
      }}
    >
      <Text size="sm">
        All instances are replaced, a few at a time. Where there is room, a new one is started
        before an old one stops, so the deployment keeps serving.
      </Text>
    </ActionDialog>
  );
}

export function StopDialog({ deployment: { name }, onClose }: Props) {
  const { stop } = useDeploymentActions(name);
  return (
    <ActionDialog
      opened
      title={`Stop ${name}`}
      onClose={onClose}
      confirm="Stop"
      isDangerous
      run={async () => {
        await stop();
        tell(`${name} is being stopped.`);
      }}
    >
      <Text size="sm">
        Its containers are stopped, and nothing answers until it is started again. The deployment is
        kept; its GPUs are freed for others.
      </Text>
    </ActionDialog>
  );
}
