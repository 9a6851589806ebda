import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { ask } from '../../api/client.ts';
import { DeleteDialog } from '../../parts/delete-dialog.tsx';
import { chooseOrg } from '../../session/choose-org.ts';
import { useWhoAmI } from '../../session/who-am-i.ts';
import { Panel } from '../panel.tsx';

/** The way out, for who is a member. */
export function Leave() {
  const { data: me } = useWhoAmI();
  const [isOpen, setOpen] = useState(false);
  if (!me?.orgs.some(({ id }) => id === me.org.id)) return null;
  const { name } = me.org;
  return (
    <Panel
      title="Leave"
      description="You lose access to this organisation until someone invites you again."
    >
      <Button
        variant="default"
        c="var(--mantine-color-error)"
        w="fit-content"
        onClick={() => setOpen(true)}
      >
        Leave {name}
      </Button>
      {isOpen && (
        <DeleteDialog
          name={name}
          verb="Leave"
          onClose={() => setOpen(false)}
          run={async () => {
            await ask({ method: 'DELETE', path: '/v1/me/membership' });
            chooseOrg(null);
          }}
        >
          <Text size="sm">What you created stays. Your other organisations are not affected.</Text>
        </DeleteDialog>
      )}
    </Panel>
  );
}
