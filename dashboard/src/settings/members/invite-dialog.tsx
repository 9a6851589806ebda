import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { TokenRole } from '../../../../contract/access.ts';
import type { NewInvitation } from '../../../../contract/people.ts';
import { ask } from '../../api/client.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { useForget } from '../queries.ts';
import { RoleChoice } from '../role-choice.tsx';

const fields = ['/email', '/role'];

export function InviteDialog({
  take,
  onClose,
}: {
  take: (made: NewInvitation) => void;
  onClose: () => void;
}) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<TokenRole>('operator');
  const forget = useForget();
  return (
    <ActionDialog
      opened
      title="Invite someone"
      onClose={onClose}
      confirm="Create the link"
      fields={fields}
      isReady={email.trim() !== ''}
      run={async () => {
        const body = { email, role };
        const { data } = await ask<NewInvitation>({
          method: 'POST',
          path: '/v1/invitations',
          body,
        });
        await forget('invitations');
        take(data);
      }}
    >
      {(errorOf) => (
        <>
          <TextInput
            label="Email"
            description="Only someone who signs in with this address can accept. No email is sent."
            inputMode="email"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            data-pointer="/email"
            error={errorOf('/email')}
            autoComplete="off"
            data-autofocus
          />
          <RoleChoice value={role} onChange={setRole} error={errorOf('/role')} />
        </>
      )}
    </ActionDialog>
  );
}
