import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import type { Backend } from '../../../../contract/backend.ts';
import { isEqual } from '../../../../contract/differences.ts';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { RowsSkeleton } from '../../parts/skeletons.tsx';
import { tell } from '../../parts/tell.tsx';
import { useUnsavedGuard } from '../../parts/unsaved-guard.tsx';
import { OperatorsOnly } from '../../session/operators-only.tsx';
import { useCreateDeployment } from '../use-create-deployment.ts';
import { draftOfAddress } from './address.ts';
import { useAllBackends } from './all-backends.ts';
import { curlCommand } from './curl-command.ts';
import { DeploymentForm } from './deployment-form.tsx';
import { inputOf } from './to-input.ts';
import { concernsFields, useDraft } from './use-draft.ts';

export default function NewDeploymentPage() {
  const backends = useAllBackends();
  return (
    <>
      <PageHeader
        trail={[{ label: 'Deployments', path: '/deployments' }]}
        title="Deploy a model"
        description="Anything you leave out has a default. The deployment is placed as soon as a host fits, and you can change everything but its name later."
      />
      {backends.isError && <FaultNotice fault={backends.error} again={() => backends.refetch()} />}
      <OperatorsOnly what="deployments">
        {backends.isPending && <RowsSkeleton />}
        {backends.data && <NewDeployment backends={backends.data} />}
      </OperatorsOnly>
    </>
  );
}

function NewDeployment({ backends }: { backends: readonly Backend[] }) {
  const state = useDraft(draftOfAddress(useSearch()));
  const [initial] = useState(() => inputOf(state.draft));
  const guard = useUnsavedGuard(!isEqual(initial, inputOf(state.draft)));
  const create = useCreateDeployment();
  const [, navigate] = useLocation();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<Error | null>(null);

  async function deploy() {
    setFault(null);
    if (!state.check()) return;
    setBusy(true);
    try {
      const { name } = await create(inputOf(state.draft));
      tell(`${name} is being deployed.`);
      guard.release();
      // Back shall not show a form that is sent already.
      navigate(`/deployments/${name}`, { replace: true });
    } catch (error) {
      if (concernsFields(error)) state.refuse(error);
      else setFault(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      {guard.question}
      <DeploymentForm
        state={state}
        backends={backends}
        curlOf={(input) => curlCommand(window.location.origin, input)}
        onSubmit={deploy}
      >
        {fault && <FaultNotice fault={fault} />}
        <Group justify="flex-end">
          <Button variant="default" component={Link} href="/deployments">
            Cancel
          </Button>
          <Button type="submit" loading={isBusy}>
            Deploy
          </Button>
        </Group>
      </DeploymentForm>
    </>
  );
}
