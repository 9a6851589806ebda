import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import type { Backend } from '../../../../contract/backend.ts';
import type { Deployment } from '../../../../contract/deployment.ts';
import { ask } from '../../api/client.ts';
import { FaultNotice } from '../../parts/fault-notice.tsx';
import { newKey } from '../../parts/new-key.ts';
import { PageHeader } from '../../parts/page-header.tsx';
import { RowsSkeleton } from '../../parts/skeletons.tsx';
import { tell } from '../../parts/tell.tsx';
import { takeOver } from '../queries.ts';
import { useAllBackends } from './all-backends.ts';
import { curlCommand } from './curl-command.ts';
import { DeploymentForm } from './deployment-form.tsx';
import { emptyDraft } from './draft.ts';
import { inputOf } from './to-input.ts';
import { concernsFields, useDraft } from './use-draft.ts';

export default function NewDeploymentPage() {
  const backends = useAllBackends();
  return (
    <>
      <PageHeader
        trail={[{ label: 'Deployments', path: '/deployments' }]}
        title="Deploy a model"
        description="What is left out has a default. It is placed as soon as a host fits, and you can change everything but its name."
      />
      {backends.isError && <FaultNotice fault={backends.error} again={() => backends.refetch()} />}
      {backends.isPending && <RowsSkeleton />}
      {backends.data && <NewDeployment backends={backends.data} />}
    </>
  );
}

function NewDeployment({ backends }: { backends: readonly Backend[] }) {
  const wanted = new URLSearchParams(useSearch()).get('backend') ?? '';
  const state = useDraft({ ...emptyDraft, backend: wanted });
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<Error | null>(null);
  const sent = useRef({ text: '', key: '' });

  async function deploy() {
    setFault(null);
    if (!state.check()) return;
    const body = inputOf(state.draft);
    const text = JSON.stringify(body);
    // The same again, after an answer that was lost, has its effect once.
    if (sent.current.text !== text) sent.current = { text, key: newKey() };
    setBusy(true);
    try {
      const reply = await ask<Deployment>({
        method: 'POST',
        path: '/v1/deployments',
        body,
        idempotencyKey: sent.current.key,
      });
      tell(`${reply.data.name} is being deployed.`);
      navigate(`/deployments/${reply.data.name}`);
      await takeOver(queries, reply);
    } catch (error) {
      if (concernsFields(error)) state.refuse(error);
      else setFault(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  }

  return (
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
  );
}
