import { Checkbox, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { countOf } from '../../parts/count-of.ts';
import { tell } from '../../parts/tell.tsx';
import type { DialogProps } from './simple-dialogs.tsx';
import { useHostActions } from './use-host-actions.ts';

/** Asks for the name, so that nobody removes by a slip of the hand. */
export function RemoveDialog({ host: { id, name, launches, claimed }, onClose }: DialogProps) {
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState('');
  const [isForced, setForced] = useState(false);
  const { remove } = useHostActions(id);
  const held = Math.max(launches.length, claimed.instances);
  return (
    <ActionDialog
      opened
      title={`Remove ${name}`}
      onClose={onClose}
      confirm="Remove"
      isDangerous
      isReady={typed === name && (held === 0 || isForced)}
      run={async () => {
        await remove(isForced);
        tell(`${name} removed.`);
        navigate('/hosts');
      }}
    >
      <Text size="sm">
        Its timeline is deleted too, and its agent is told the next time it makes contact. To use
        the machine again, enrol it again.
      </Text>
      {held > 0 && (
        <>
          <Text size="sm">
            {countOf(held, 'instance')} still {held === 1 ? 'is' : 'are'} on it. Drain it first to
            move them without interruption.
          </Text>
          <Checkbox
            label="Remove it by force"
            description="Its instances are given up at once and wait for another host. Its agent stops the containers the next time it makes contact. Choose this if the machine will not come back."
            checked={isForced}
            onChange={(event) => setForced(event.currentTarget.checked)}
          />
        </>
      )}
      <TextInput
        label={`Type ${name} to remove it`}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
    </ActionDialog>
  );
}
