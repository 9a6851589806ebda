import { Text } from '@mantine/core';
import type { DeploymentInput, DeploymentRevision } from '../../../../contract/deployment.ts';
import { differences } from '../../../../contract/differences.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { DifferenceList } from '../../parts/difference-list.tsx';
import { tell } from '../../parts/tell.tsx';
import { useDeploymentActions } from './use-deployment-action.ts';

export function RollBackDialog({
  name,
  newest,
  target,
  onClose,
}: {
  name: string;
  newest: DeploymentRevision;
  target: DeploymentRevision;
  onClose: () => void;
}) {
  const { rollBack } = useDeploymentActions(name);
  return (
    <ActionDialog
      opened
      size="lg"
      title={`Roll ${name} back to revision ${target.revision}`}
      onClose={onClose}
      confirm="Roll back"
      run={async () => {
        await rollBack(target.revision, newest.revision);
        tell(`${name} is being rolled back to revision ${target.revision}.`);
      }}
    >
      <Text size="sm">
        This creates a new revision from the old one and rolls it out. What changes:
      </Text>
      <DifferenceList differences={differences(asJson(newest.spec), asJson(target.spec))} />
    </ActionDialog>
  );
}

/** What was read as JSON is JSON. */
function asJson(spec: DeploymentInput) {
  return JSON.parse(JSON.stringify(spec));
}
