import { Text } from '@mantine/core';
import type { HostDetail } from '../../../../contract/host.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { countOf } from '../../parts/count-of.ts';
import { tell } from '../../parts/tell.tsx';
import { useHostActions } from './use-host-actions.ts';

export interface DialogProps {
  host: HostDetail;
  onClose: () => void;
}

export function DrainDialog({ host: { id, name, launches }, onClose }: DialogProps) {
  const { drain } = useHostActions(id);
  return (
    <ActionDialog
      opened
      title={`Drain ${name}`}
      onClose={onClose}
      confirm="Drain"
      run={async () => {
        await drain();
        tell(`${name} is draining.`);
      }}
    >
      <Text size="sm">
        {launches.length === 0
          ? 'Nothing runs on it.'
          : `${countOf(launches.length, 'instance')} on it will be started elsewhere as soon as there is room, and each is stopped here when the new one is ready.`}{' '}
        It takes nothing new until it is uncordoned.
      </Text>
    </ActionDialog>
  );
}

export function RotateDialog({ host: { id, name }, onClose }: DialogProps) {
  const { rotateSecret } = useHostActions(id);
  return (
    <ActionDialog
      opened
      title={`Replace the secret of ${name}`}
      onClose={onClose}
      confirm="Request a new secret"
      run={async () => {
        await rotateSecret();
        tell(`New secret requested from ${name}.`);
      }}
    >
      <Text size="sm">
        Its agent creates a new secret and hands it over. From then on the old one stops working.
        Running instances are not affected.
      </Text>
    </ActionDialog>
  );
}

export function RevokeDialog({ host: { id, name }, onClose }: DialogProps) {
  const { revoke } = useHostActions(id);
  return (
    <ActionDialog
      opened
      title={`Revoke ${name}`}
      onClose={onClose}
      confirm="Revoke"
      isDangerous
      run={async () => {
        await revoke();
        tell(`${name} revoked.`);
      }}
    >
      <Text size="sm">
        For a host whose secret may have been stolen. From now on it gets no work, and nothing it
        reports is accepted. Its containers stay there, and its instances are replaced elsewhere.
        You can undo this.
      </Text>
    </ActionDialog>
  );
}
