import { NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Registry } from '../../../../contract/registry.ts';
import { ask } from '../../api/client.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { tell } from '../../parts/tell.tsx';
import { WarningText } from '../../parts/warning-text.tsx';
import { useForget, useRegistries, useSecrets } from '../queries.ts';
import { useSetSecret } from '../secrets/use-set-secret.ts';
import { passwordSecretOf, placeholderOf, suggestedSecret } from './password-secret.ts';
import { registryPath } from './registry-path.ts';

const fields = ['/server', '/username', '/password', '/name', '/value'];
/** Not the name of a secret. */
const aNewOne = '';

/** A new login, or another one at the registry that is given. A new password becomes a secret first. */
export function SetRegistryDialog({
  registry,
  onClose,
}: {
  registry: Registry | null;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState('');
  const [username, setUsername] = useState(registry?.username ?? '');
  const [secret, setSecret] = useState(registry ? passwordSecretOf(registry) : aNewOne);
  const [ownName, setOwnName] = useState<string | null>(null);
  const [value, setValue] = useState('');
  const secrets = useSecrets();
  const registries = useRegistries();
  const putSecret = useSetSecret();
  const forget = useForget();

  const server = registry?.server ?? typed.trim();
  const isKnown = !registry && registries.data?.some((one) => one.server === server.toLowerCase());
  const names = secrets.data?.map(({ name }) => name) ?? [];
  const isNew = secret === aNewOne;
  const newName = ownName ?? suggestedSecret(server);
  const isTaken = isNew && names.includes(newName);
  const isPasswordReady = isNew ? newName !== '' && value !== '' && !isTaken : true;

  return (
    <ActionDialog
      opened
      title={registry ? `Login for ${server}` : 'Add a registry'}
      onClose={onClose}
      confirm="Save"
      fields={fields}
      isReady={server !== '' && username !== '' && secrets.isSuccess && isPasswordReady}
      run={async () => {
        if (isNew) {
          await putSecret(newName, value);
          // It is one of those to choose from now, should what comes next be refused.
          setSecret(newName);
        }
        const body = { username, password: placeholderOf(isNew ? newName : secret) };
        await ask<Registry>({ method: 'PUT', path: registryPath(server), body });
        await forget('registries', 'secrets');
        tell(`Hosts now log in to ${server} as ${username}.`);
      }}
    >
      {(errorOf) => (
        <>
          {!registry && (
            <div>
              <TextInput
                label="Server"
                description="As written in image names, with the port if it has one."
                placeholder="ghcr.io"
                value={typed}
                onChange={(event) => setTyped(event.currentTarget.value)}
                data-pointer="/server"
                error={errorOf('/server')}
                autoComplete="off"
                spellCheck={false}
                data-autofocus
              />
              {isKnown && (
                <WarningText text="This server already has a login. It will be replaced." />
              )}
            </div>
          )}
          <TextInput
            label="User"
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
            data-pointer="/username"
            error={errorOf('/username')}
            maxLength={255}
            autoComplete="off"
            spellCheck={false}
          />
          <NativeSelect
            label="Password"
            description="A secret of this organisation, ideally a token that can only pull."
            data={[
              { value: aNewOne, label: 'A new secret' },
              ...names.map((name) => ({ value: name, label: `The secret ${name}` })),
            ]}
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
            data-pointer="/password"
            error={errorOf('/password')}
          />
          {isNew && (
            <>
              <TextInput
                label="Name of the new secret"
                value={newName}
                onChange={(event) => setOwnName(event.currentTarget.value.trim())}
                data-pointer="/name"
                error={
                  isTaken
                    ? 'This secret already exists. Choose it above, or use another name.'
                    : errorOf('/name')
                }
                styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
                maxLength={128}
                autoComplete="off"
                spellCheck={false}
              />
              <PasswordInput
                label="The password itself"
                description="Kept encrypted, and never shown again."
                value={value}
                onChange={(event) => setValue(event.currentTarget.value)}
                data-pointer="/value"
                error={errorOf('/value')}
                autoComplete="new-password"
              />
            </>
          )}
        </>
      )}
    </ActionDialog>
  );
}
