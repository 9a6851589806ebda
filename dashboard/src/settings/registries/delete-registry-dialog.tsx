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
        Hosts pull its images without a login from then on. What runs stays. The secret{' '}
        {passwordSecretOf(registry)} stays too.
      </Text>
    </DeleteDialog>
  );
}
