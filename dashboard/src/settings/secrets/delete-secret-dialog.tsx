import { Text } from '@mantine/core';
import type { Secret } from '../../../../contract/secret.ts';
import { ask } from '../../api/client.ts';
import { isProblem } from '../../api/problem.ts';
import { DeleteDialog } from '../../parts/delete-dialog.tsx';
import { InUseDialog } from '../../parts/in-use-dialog.tsx';
import { tell, tellFault } from '../../parts/tell.tsx';
import { useForget, useSecrets } from '../queries.ts';
import { isUsed, SecretUsers } from './secret-users.tsx';

/** Names who uses it; what nobody uses can go. */
export function DeleteSecretDialog({
  secret: { name },
  onClose,
}: {
  secret: Secret;
  onClose: () => void;
}) {
  const secrets = useSecrets();
  const forget = useForget();
  const secret = secrets.data?.find((one) => one.name === name);
  if (secret && isUsed(secret)) {
    return (
      <InUseDialog
        name={name}
        advice="Delete these first, or point them at another secret."
        onClose={onClose}
      >
        <SecretUsers secret={secret} />
      </InUseDialog>
    );
  }
  return (
    <DeleteDialog
      name={name}
      onClose={onClose}
      run={async () => {
        try {
          await ask({ method: 'DELETE', path: `/v1/secrets/${encodeURIComponent(name)}` });
        } catch (error) {
          // Somebody began to use it since it was read.
          if (isProblem(error, 'in_use')) forget('secrets').catch(tellFault);
          throw error;
        }
        await forget('secrets');
        tell(`${name} deleted.`);
      }}
    >
      <Text size="sm">Nothing uses it. Its value cannot be recovered.</Text>
    </DeleteDialog>
  );
}
