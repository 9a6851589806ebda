import { TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ActionDialog } from './action-dialog.tsx';

/** Asks for the name, so that nobody deletes by a slip of the hand. */
export function DeleteDialog({
  name,
  verb = 'Delete',
  run,
  onClose,
  isReady = true,
  children,
}: {
  name: string;
  verb?: string;
  run: () => Promise<void>;
  onClose: () => void;
  isReady?: boolean;
  children: ReactNode;
}) {
  const [typed, setTyped] = useState('');
  return (
    <ActionDialog
      opened
      title={`${verb} ${name}`}
      onClose={onClose}
      confirm={verb}
      isDangerous
      isReady={isReady && typed === name}
      run={run}
    >
      {children}
      <TextInput
        label={`Type ${name} to ${verb.toLowerCase()} it`}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
    </ActionDialog>
  );
}
