import { Text } from '@mantine/core';
import type { NewInvitation } from '../../../../contract/people.ts';
import { CommandBlock } from '../../parts/command-block.tsx';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { ShownOnceDialog } from '../shown-once-dialog.tsx';

export function InvitationLinkDialog({
  invitation: { email, url, expires_at },
  onClose,
}: {
  invitation: NewInvitation;
  onClose: () => void;
}) {
  return (
    <ShownOnceDialog title={`Invitation for ${email}`} what="the link" onClose={onClose}>
      <Text size="sm">
        Send this link to {email} yourself, in a way that only they can read. It works once, and
        expires <RelativeTime time={expires_at} />.
      </Text>
      <CommandBlock text={url} what="the link" />
    </ShownOnceDialog>
  );
}
