import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Backend, BackendRevision } from '../../../../contract/backend.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { ActorText } from '../../parts/actor-text.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { RowsSkeleton } from '../../parts/skeletons.tsx';
import { tell } from '../../parts/tell.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { useBackendRevisions } from '../queries.ts';
import { useBackendActions } from '../use-backend-actions.ts';
import { RevisionDifferences } from './revision-differences.tsx';

/** What it was, who made it so, and the way back. */
export function BackendRevisions({ backend, etag }: { backend: Backend; etag: string }) {
  const name = backend.backend_name;
  const revisions = useBackendRevisions(name);
  const [target, setTarget] = useState<number | null>(null);
  const { restore } = useBackendActions();
  const mayChange = useMay('operator');
  if (revisions.isError) return <FaultNotice fault={revisions.error} />;
  if (revisions.isPending) return <RowsSkeleton rows={3} />;
  return (
    <Stack gap="xs" component="ul" p={0} m={0} aria-label="Revisions" style={{ listStyle: 'none' }}>
      {revisions.data.map((revision) => (
        <RevisionItem
          key={revision.revision}
          name={name}
          revision={revision}
          isFirst={revision.revision === 1 && !backend.is_built_in}
          isNewest={revision.revision === backend.revision}
          restore={mayChange ? () => setTarget(revision.revision) : null}
        />
      ))}
      {target !== null && (
        <ActionDialog
          opened
          size="lg"
          title={`Restore revision ${target} of ${name}`}
          onClose={() => setTarget(null)}
          confirm="Restore"
          run={async () => {
            await restore(name, target, etag);
            tell(`${name} restored to revision ${target}.`);
          }}
        >
          <Text size="sm">This creates a new revision from the old one. What changes:</Text>
          <RevisionDifferences name={name} from={backend.revision} to={target} />
        </ActionDialog>
      )}
    </Stack>
  );
}

function RevisionItem({
  name,
  revision: { revision, author, created_at },
  isFirst,
  isNewest,
  restore,
}: {
  name: string;
  revision: BackendRevision;
  /** Of what ships the first is a change, too. */
  isFirst: boolean;
  isNewest: boolean;
  /** Null: who looks may not. */
  restore: (() => void) | null;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Paper withBorder p="sm" component="li">
      <Group justify="space-between" gap="sm">
        <div>
          <Text size="sm" fw={600}>
            Revision {revision}
            {isNewest && ' · newest'}
          </Text>
          <Text size="xs" c="dimmed">
            {isFirst ? 'Created' : 'Changed'} by <ActorText text={author} />{' '}
            <RelativeTime time={created_at} />
          </Text>
        </div>
        <Group gap="xs">
          {revision > 1 && (
            <Button
              size="compact-sm"
              variant="subtle"
              aria-expanded={isOpen}
              aria-label={`${isOpen ? 'Hide' : 'Show'} differences of revision ${revision}`}
              onClick={() => setOpen(!isOpen)}
            >
              {isOpen ? 'Hide' : 'Show'} differences
            </Button>
          )}
          {!isNewest && restore && (
            <Button size="compact-sm" variant="default" onClick={restore}>
              Restore {revision}
            </Button>
          )}
        </Group>
      </Group>
      {isOpen && <RevisionDifferences name={name} from={revision - 1} to={revision} />}
    </Paper>
  );
}
