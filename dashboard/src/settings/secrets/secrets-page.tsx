import { Button, Code, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Secret } from '../../../../contract/secret.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { LookOnly } from '../../session/look-only.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { ListFrame } from '../list-frame.tsx';
import { useSecrets } from '../queries.ts';
import { DeleteSecretDialog } from './delete-secret-dialog.tsx';
import { SecretTable } from './secret-table.tsx';
import { SetSecretDialog } from './set-secret-dialog.tsx';

type Open = { what: 'set'; secret: Secret | null } | { what: 'delete'; secret: Secret };

export default function SecretsPage() {
  const secrets = useSecrets();
  const mayChange = useMay('admin');
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <PageHeader
        title="Secrets"
        description={
          <>
            Passwords and keys for deployments and registries. Values are never shown again. Use{' '}
            <Code>{'{{secrets.NAME}}'}</Code> in an environment, a command or a registry; the host
            that runs it gets the value.
          </>
        }
        actions={
          mayChange && (
            <Button
              leftSection={<IconPlus size={16} />}
              onClick={() => setOpen({ what: 'set', secret: null })}
            >
              Add a secret
            </Button>
          )
        }
      />
      <Stack gap="lg">
        <LookOnly>Only administrators can add, replace and delete secrets.</LookOnly>
        <ListFrame
          list={secrets}
          nothing={
            <EmptyState title="No secrets yet">
              A Hugging Face token, an API key, a registry password: store it here once, and refer
              to it by name wherever it is needed.
            </EmptyState>
          }
        >
          {(all) => (
            <SecretTable
              secrets={all}
              replace={(secret) => setOpen({ what: 'set', secret })}
              remove={(secret) => setOpen({ what: 'delete', secret })}
            />
          )}
        </ListFrame>
      </Stack>
      {open?.what === 'set' && <SetSecretDialog secret={open.secret} onClose={close} />}
      {open?.what === 'delete' && <DeleteSecretDialog secret={open.secret} onClose={close} />}
    </>
  );
}
