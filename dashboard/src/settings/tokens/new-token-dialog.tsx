import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { NewApiToken, TokenRole } from '../../../../contract/access.ts';
import { ask } from '../../api/client.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { useForget } from '../queries.ts';
import { RoleChoice } from '../role-choice.tsx';

const DAY_SECONDS = 86_400;
const never = 'never';
const expiries = [
  { value: String(7 * DAY_SECONDS), label: '7 days' },
  { value: String(30 * DAY_SECONDS), label: '30 days' },
  { value: String(90 * DAY_SECONDS), label: '90 days' },
  { value: String(365 * DAY_SECONDS), label: 'A year' },
  { value: never, label: 'No expiry' },
];
const fields = ['/name', '/role'];

export function NewTokenDialog({
  take,
  onClose,
}: {
  take: (made: NewApiToken) => void;
  onClose: () => void;
}) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<TokenRole>('viewer');
  const [expiry, setExpiry] = useState(String(90 * DAY_SECONDS));
  const forget = useForget();
  return (
    <ActionDialog
      opened
      title="New API token"
      onClose={onClose}
      confirm="Create the token"
      fields={fields}
      isReady={name.trim() !== ''}
      run={async () => {
        const body = {
          name: name.trim(),
          role,
          ...(expiry === never ? {} : { expires_in_seconds: Number(expiry) }),
        };
        const { data } = await ask<NewApiToken>({ method: 'POST', path: '/v1/tokens', body });
        await forget('tokens');
        take(data);
      }}
    >
      {(errorOf) => (
        <>
          <TextInput
            label="Name"
            description="What it is for. The name appears wherever the token does something."
            placeholder="CI"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-pointer="/name"
            error={errorOf('/name')}
            maxLength={63}
            autoComplete="off"
            data-autofocus
          />
          <RoleChoice value={role} onChange={setRole} error={errorOf('/role')} />
          <NativeSelect
            label="Valid for"
            description="It can be revoked earlier."
            data={expiries}
            value={expiry}
            onChange={(event) => setExpiry(event.currentTarget.value)}
          />
        </>
      )}
    </ActionDialog>
  );
}
