import { useState } from 'react';
import type { Member } from '../../../../contract/people.ts';
import { ask } from '../../api/client.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { tell } from '../../parts/tell.tsx';
import { useForget } from '../queries.ts';
import { RoleChoice } from '../role-choice.tsx';
import { roleLabel } from '../roles.ts';
import { memberPath } from './member-path.ts';

export function RoleDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { user_id, email } = member;
  const [role, setRole] = useState(member.role);
  const forget = useForget();
  return (
    <ActionDialog
      opened
      title={`Role of ${email}`}
      onClose={onClose}
      confirm="Save"
      isReady={role !== member.role}
      run={async () => {
        await ask<Member>({ method: 'PATCH', path: memberPath(user_id), body: { role } });
        // It may be one's own.
        await forget('members', 'invitations', 'me');
        tell(`${email}: ${roleLabel(role)}, from their next request on.`);
      }}
    >
      <RoleChoice value={role} onChange={setRole} />
    </ActionDialog>
  );
}
