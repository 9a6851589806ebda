import { Button, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { NewApiToken } from '../../../../contract/access.ts';
import { PageHeader } from '../../parts/page-header.tsx';
import { AdminsOnly } from '../../session/look-only.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { ApiTokens } from './api-tokens.tsx';
import { EnrolmentTokens } from './enrolment-tokens.tsx';
import { NewTokenDialog } from './new-token-dialog.tsx';
import { TokenDialog } from './token-dialog.tsx';

export default function TokensPage() {
  const mayRead = useMay('admin');
  const [isAdding, setAdding] = useState(false);
  const [made, setMade] = useState<NewApiToken | null>(null);
  return (
    <>
      <PageHeader
        title="Tokens"
        description="How programs sign in. Each token has a role, and its name appears wherever it does something."
        actions={
          mayRead && (
            <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
              New API token
            </Button>
          )
        }
      />
      {mayRead ? (
        <Stack gap="lg">
          <ApiTokens />
          <EnrolmentTokens />
        </Stack>
      ) : (
        <AdminsOnly>Only administrators can create, see and revoke tokens.</AdminsOnly>
      )}
      {isAdding && <NewTokenDialog take={setMade} onClose={() => setAdding(false)} />}
      {made && <TokenDialog made={made} onClose={() => setMade(null)} />}
    </>
  );
}
