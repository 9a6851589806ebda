import { Text } from '@mantine/core';
import type { Registry } from '../../../../contract/registry.ts';
import { ask } from '../../api/client.ts';
import { DeleteDialog } from '../../parts/delete-dialog.tsx';
import { tell } from '../../parts/tell.tsx';
import { useForget } from '../queries.ts';
import { passwordSecretOf } from './password-secret.ts';
import { registryPath } from './registry-path.ts';

export function DeleteRegistryDialog({
  registry,
  onClose,
}: {
  registry: Registry;
  onClose: () => void;
}) {
  const { server } = registry;
  const forget = useForget();
  return (
    <DeleteDialog
      name={server}
      onClose={onClose}
      run={async () => {
        await ask({ method: 'DELETE', path: registryPath(server) });
        await forget('registries', 'secrets');
        tell(`Login for ${server} deleted.`);
      }}
    >
      <Text size="sm">
        From then on, hosts pull its images without a login. Running instances are not affected. The
        secret {passwordSecretOf(registry)} is kept.
      </Text>
    </DeleteDialog>
  );
}
