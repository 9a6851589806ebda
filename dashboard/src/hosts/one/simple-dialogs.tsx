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
        tell(`${name} is being emptied.`);
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
      confirm="Ask for a new secret"
      run={async () => {
        await rotateSecret();
        tell(`${name} is asked for a new secret.`);
      }}
    >
      <Text size="sm">
        Its agent makes a new secret and hands it over; from then on the one before lets nobody in.
        What runs on it stays.
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
        tell(`${name} is revoked.`);
      }}
    >
      <Text size="sm">
        For a host whose secret may be stolen. From now on nothing is given to it, and nothing that
        it says is taken. Its containers stay there, and what it ran is replaced elsewhere. It can
        be taken back if it was a mistake.
      </Text>
    </ActionDialog>
  );
}
