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
            Passwords and keys that deployments and registries use, and nobody reads again. Write{' '}
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
              Set a secret
            </Button>
          )
        }
      />
      <Stack gap="lg">
        <LookOnly>Setting and deleting secrets is for administrators.</LookOnly>
        <ListFrame
          list={secrets}
          nothing={
            <EmptyState title="No secrets yet">
              A token for Hugging Face, a key that a model asks for, the password of a registry: set
              it here once, and name it wherever it is needed.
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
