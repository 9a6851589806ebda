import { Text } from '@mantine/core';
import type { NewApiToken } from '../../../../contract/access.ts';
import { CommandBlock } from '../../parts/command-block.tsx';
import { ShownOnceDialog } from '../shown-once-dialog.tsx';

/** The token itself, and a call with it. */
export function TokenDialog({ made, onClose }: { made: NewApiToken; onClose: () => void }) {
  return (
    <ShownOnceDialog title={`The token ${made.name}`} what="the token" onClose={onClose}>
      <Text size="sm">Copy it now to where you need it. The control plane keeps only a hash.</Text>
      <CommandBlock text={made.token} what="the token" />
      <Text size="sm">Try it; this shows who it signs in as:</Text>
      <CommandBlock
        text={`curl -H 'Authorization: Bearer ${made.token}' ${window.location.origin}/api/v1/me`}
        what="the command"
      />
    </ShownOnceDialog>
  );
}
