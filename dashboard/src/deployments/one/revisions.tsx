import { Button, Collapse, Group, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Deployment, DeploymentRevision } from '../../../../contract/deployment.ts';
import { ActorText } from '../../parts/actor-text.tsx';
import { countOf } from '../../parts/count-of.ts';
import { DifferenceList } from '../../parts/difference-list.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { RowsSkeleton } from '../../parts/skeletons.tsx';
import { useMay } from '../../session/who-am-i.ts';
import { useRevisions } from '../queries.ts';
import { RollBackDialog } from './roll-back-dialog.tsx';

const causes: Record<DeploymentRevision['cause'], string> = {
  create: 'Created',
  change: 'Changed',
  restart: 'Restarted',
  rollback: 'Rolled back',
};

/** What it was, who made it so, and the way back. */
export function Revisions({ deployment }: { deployment: Deployment }) {
  const revisions = useRevisions(deployment.name);
  const [target, setTarget] = useState<DeploymentRevision | null>(null);
  if (revisions.isError) return <FaultNotice fault={revisions.error} />;
  if (revisions.isPending) return <RowsSkeleton rows={3} />;
  const newest = revisions.data.find(({ revision }) => revision === deployment.revision);
  return (
    <Stack gap="xs" component="ul" p={0} m={0} aria-label="Revisions" style={{ listStyle: 'none' }}>
      {revisions.data.map((revision) => (
        <RevisionItem
          key={revision.revision}
          revision={revision}
          isNewest={revision.revision === deployment.revision}
          isServing={revision.revision === deployment.status.rollout.good_revision}
          rollBack={() => setTarget(revision)}
        />
      ))}
      {target && newest && (
        <RollBackDialog
          name={deployment.name}
          newest={newest}
          target={target}
          onClose={() => setTarget(null)}
        />
      )}
    </Stack>
  );
}

function RevisionItem({
  revision: { revision, cause, author, created_at, changes },
  isNewest,
  isServing,
  rollBack,
}: {
  revision: DeploymentRevision;
  isNewest: boolean;
  isServing: boolean;
  rollBack: () => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const mayAct = useMay('operator');
  return (
    <Paper withBorder p="sm" component="li">
      <Group justify="space-between" gap="sm">
        <div>
          <Text size="sm" fw={600}>
            Revision {revision}
            {isNewest && ' · newest'}
            {isServing && ' · known good'}
          </Text>
          <Text size="xs" c="dimmed">
            {causes[cause]} by <ActorText text={author} /> <RelativeTime time={created_at} />
          </Text>
        </div>
        <Group gap="xs">
          {changes.length > 0 && (
            <Button
              size="compact-sm"
              variant="subtle"
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              {isOpen ? 'Hide' : 'Show'} {countOf(changes.length, 'difference')}
            </Button>
          )}
          {!isNewest && mayAct && (
            <Button size="compact-sm" variant="default" onClick={rollBack}>
              Roll back to {revision}
            </Button>
          )}
        </Group>
      </Group>
      <Collapse expanded={isOpen}>
        <DifferenceList differences={changes} />
      </Collapse>
    </Paper>
  );
}
