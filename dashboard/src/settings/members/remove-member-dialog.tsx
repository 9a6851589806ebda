import { Text } from '@mantine/core';
import type { Member } from '../../../../contract/people.ts';
import { ask } from '../../api/client.ts';
import { DeleteDialog } from '../../parts/delete-dialog.tsx';
import { tell } from '../../parts/tell.tsx';
import { useForget } from '../queries.ts';
import { memberPath } from './member-path.ts';
import { TokensOf } from './tokens-of.tsx';

export function RemoveMemberDialog({
  member: { user_id, name, email },
  onClose,
}: {
  member: Member;
  onClose: () => void;
}) {
  const forget = useForget();
  return (
    <DeleteDialog
      name={email}
      verb="Remove"
      onClose={onClose}
      run={async () => {
        await ask({ method: 'DELETE', path: memberPath(user_id) });
        await forget('members', 'invitations', 'me');
        tell(`${email} removed.`);
      }}
    >
      <Text size="sm">
        {name} loses access from the next request on, and open invitations for {email} are revoked.
        What they created stays, and so do the tokens that they know: revoke those too.
      </Text>
      <TokensOf userId={user_id} />
    </DeleteDialog>
  );
}
