import { Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Secret } from '../../../../contract/secret.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { tell } from '../../parts/tell.tsx';
import { WarningText } from '../../parts/warning-text.tsx';
import { useSecrets } from '../queries.ts';
import { useSetSecret } from './use-set-secret.ts';

const fields = ['/name', '/value'];

/** A new one, or another value for `secret`. What is typed is sent, and kept nowhere here. */
export function SetSecretDialog({
  secret,
  onClose,
}: {
  secret: Secret | null;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState('');
  const [value, setValue] = useState('');
  const known = useSecrets();
  const setSecret = useSetSecret();
  const name = secret?.name ?? typed.trim();
  const isTaken = !secret && known.data?.some((one) => one.name === name);
  return (
    <ActionDialog
      opened
      title={secret ? `Replace the value of ${name}` : 'Add a secret'}
      onClose={onClose}
      confirm={secret || isTaken ? 'Replace' : 'Add'}
      fields={fields}
      isReady={name !== '' && value !== ''}
      size="lg"
      run={async () => {
        const { used_by_deployments } = await setSecret(name, value);
        tell(
          used_by_deployments.length === 0
            ? `${name} saved.`
            : `${name} saved. Deployments get it when they are restarted.`,
        );
      }}
    >
      {(errorOf) => (
        <>
          {!secret && (
            <div>
              <TextInput
                label="Name"
                description="Letters, digits, _, . and -."
                placeholder="HF_TOKEN"
                value={typed}
                onChange={(event) => setTyped(event.currentTarget.value)}
                data-pointer="/name"
                error={errorOf('/name')}
                styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
                maxLength={128}
                autoComplete="off"
                spellCheck={false}
                data-autofocus
              />
              {isTaken && (
                <WarningText text="This secret already exists. Its value will be replaced." />
              )}
            </div>
          )}
          <div>
            <Textarea
              label="Value"
              description="Can be several lines. It is stored encrypted, and never shown again."
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
              data-pointer="/value"
              error={errorOf('/value')}
              styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
              autosize
              minRows={3}
              maxRows={12}
              autoComplete="off"
              spellCheck={false}
              {...(secret ? { 'data-autofocus': true } : {})}
            />
            {/\s$/.test(value) && (
              <WarningText text="It ends with a space or a line break, which will be part of it." />
            )}
          </div>
          {secret && secret.used_by_deployments.length > 0 && (
            <Text size="sm" c="dimmed">
              These keep the old value until they are restarted:{' '}
              {secret.used_by_deployments.join(', ')}.
            </Text>
          )}
        </>
      )}
    </ActionDialog>
  );
}
