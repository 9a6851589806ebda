import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Backend } from '../../../../contract/backend.ts';
import type { Deployment } from '../../../../contract/deployment.ts';
import { differences } from '../../../../contract/differences.ts';
import { ask } from '../../api/client.ts';
import { isProblem } from '../../api/problem.ts';
import { ActionDialog } from '../../parts/action-dialog.tsx';
import { ConflictNotice } from '../../parts/conflict-notice.tsx';
import { DifferenceList } from '../../parts/difference-list.tsx';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { mergePatchOf, withMergePatch } from '../../parts/merge-patch.ts';
import { NotFound } from '../../parts/not-found.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { RowsSkeleton } from '../../parts/skeletons.tsx';
import { tell } from '../../parts/tell.tsx';
import { useUnsavedGuard } from '../../parts/unsaved-guard.tsx';
import { OperatorsOnly } from '../../session/operators-only.tsx';
import { deploymentKeys, deploymentPath, takeOver, useDeployment } from '../queries.ts';
import { useAllBackends } from './all-backends.ts';
import { curlCommand } from './curl-command.ts';
import { DeploymentForm } from './deployment-form.tsx';
import { draftOf, type Spec } from './draft.ts';
import { inputOf } from './to-input.ts';
import { concernsFields, useDraft } from './use-draft.ts';

export default function EditDeploymentPage({ name }: { name: string }) {
  const deployment = useDeployment(name);
  const backends = useAllBackends();
  if (isProblem(deployment.error, 'not_found')) return <NotFound what={`deployment ${name}`} />;
  const fault = deployment.data ? backends.error : deployment.error;
  return (
    <>
      <PageHeader
        trail={[
          { label: 'Deployments', path: '/deployments' },
          { label: name, path: `/deployments/${name}` },
        ]}
        title={`Edit ${name}`}
        description="You can review your changes before saving. They roll out a few instances at a time."
      />
      {fault && <FaultNotice fault={fault} />}
      <OperatorsOnly what="deployments">
        {(deployment.isPending || backends.isPending) && <RowsSkeleton />}
        {deployment.data && backends.data && (
          <EditDeployment newest={deployment.data.data} backends={backends.data} />
        )}
      </OperatorsOnly>
    </>
  );
}

/** `newest` is what it is by now; the form is based on what it was when it was opened. */
function EditDeployment({
  newest,
  backends,
}: {
  newest: Deployment;
  backends: readonly Backend[];
}) {
  const { name } = newest;
  const [base, setBase] = useState(newest);
  const state = useDraft(draftOf(base));
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [isReviewing, setReviewing] = useState(false);
  const before = inputOf(draftOf(base));
  const after = inputOf(state.draft);
  const patch = mergePatchOf(before, after);
  const guard = useUnsavedGuard(Object.keys(patch).length > 0);
  const etag = `"${base.revision}"`;
  const theirs = inputOf(draftOf(newest));

  async function save() {
    try {
      const reply = await ask<Deployment>({
        method: 'PATCH',
        path: deploymentPath(name),
        body: patch,
        ifMatch: etag,
      });
      tell(`Changes to ${name} saved.`);
      guard.release();
      navigate(`/deployments/${name}`);
      await takeOver(queries, reply);
    } catch (error) {
      if (isProblem(error, 'precondition_failed')) {
        await queries.invalidateQueries({ queryKey: deploymentKeys.one(name) });
      } else if (concernsFields(error)) state.refuse(error);
      else throw error;
    }
  }

  return (
    <>
      {guard.question}
      {newest.revision !== base.revision && (
        <ConflictNotice
          name={name}
          theirs={differences(before, theirs)}
          keepMine={() => {
            // Made of two inputs, and one itself.
            state.setDraft(draftOf(withMergePatch(theirs, patch) as Spec));
            setBase(newest);
          }}
          takeTheirs={() => {
            state.setDraft(draftOf(newest));
            setBase(newest);
          }}
        />
      )}
      <DeploymentForm
        state={state}
        backends={backends}
        isEdit
        curlOf={() => curlCommand(window.location.origin, patch, { name, etag })}
        onSubmit={() => {
          if (state.check()) setReviewing(true);
        }}
      >
        <Group justify="flex-end">
          <Button variant="default" component={Link} href={`/deployments/${name}`}>
            Cancel
          </Button>
          <Button type="submit" disabled={Object.keys(patch).length === 0}>
            Review changes
          </Button>
        </Group>
      </DeploymentForm>
      <ActionDialog
        opened={isReviewing}
        size="lg"
        title={`Review changes to ${name}`}
        confirm="Save"
        onClose={() => setReviewing(false)}
        run={save}
      >
        <DifferenceList differences={differences(before, after)} />
      </ActionDialog>
    </>
  );
}
