import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { CatalogueItem } from '../../../../contract/backend.ts';
import { differences } from '../../../../contract/differences.ts';
import { ask } from '../../api/client.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { DifferenceList } from '../../parts/difference-list.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { RowsSkeleton } from '../../parts/skeletons.tsx';
import { tell } from '../../parts/tell.tsx';
import { definitionOfBackend } from '../definition/of-backend.ts';
import { useBackend } from '../queries.ts';
import { useBackendActions } from '../use-backend-actions.ts';

/** What an update would change, before it does. */
export function UpdateDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const backend = useBackend(name);
  const shipped = useQuery({
    queryKey: ['backends', 'community', 'one', name],
    queryFn: async ({ signal }) => {
      const path = `/v1/catalog/${encodeURIComponent(name)}`;
      return (await ask<CatalogueItem>({ path, signal })).data;
    },
  });
  const { update } = useBackendActions();
  const fault = backend.error ?? shipped.error;
  return (
    <ActionDialog
      opened
      size="lg"
      title={`Update ${name}`}
      confirm="Update"
      onClose={onClose}
      isReady={backend.data !== undefined && shipped.data !== undefined}
      run={async () => {
        await update(name, backend.data?.etag ?? '');
        tell(`${name} updated.`);
      }}
    >
      <Text size="sm">
        This replaces it, and anything you changed in it, with the definition that ships now. What
        you have today stays available as the previous revision. Running instances keep the settings
        they were started with.
      </Text>
      {fault && <FaultNotice fault={fault} />}
      {backend.data && shipped.data ? (
        <DifferenceList
          differences={differences(
            definitionOfBackend(backend.data.data),
            definitionOfBackend({
              ...shipped.data,
              // A backend is read with its default, and a definition without.
              health_check_path: shipped.data.health_check_path ?? '/v1/models',
            }),
          )}
        />
      ) : (
        <RowsSkeleton rows={2} />
      )}
    </ActionDialog>
  );
}
