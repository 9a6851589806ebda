import { Button, Stack } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { NewInvitation } from '../../../../contract/people.ts';
import { PageHeader } from '../../parts/page-header.tsx';
import { LookOnly } from '../../session/look-only.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { InvitationLinkDialog } from './invitation-link-dialog.tsx';
import { Invitations } from './invitations.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { Leave } from './leave.tsx';
import { Members } from './members.tsx';

export default function MembersPage() {
  const mayChange = useMay('admin');
  const [isInviting, setInviting] = useState(false);
  const [made, setMade] = useState<NewInvitation | null>(null);
  return (
    <>
      <PageHeader
        title="Members"
        description="The people in this organisation, and what each can do."
        actions={
          mayChange && (
            <Button leftSection={<IconUserPlus size={16} />} onClick={() => setInviting(true)}>
              Invite someone
            </Button>
          )
        }
      />
      <Stack gap="lg">
        <LookOnly>Only administrators can invite people and change roles.</LookOnly>
        <Members />
        {mayChange && <Invitations />}
        <Leave />
      </Stack>
      {isInviting && <InviteDialog take={setMade} onClose={() => setInviting(false)} />}
      {made && <InvitationLinkDialog invitation={made} onClose={() => setMade(null)} />}
    </>
  );
}
