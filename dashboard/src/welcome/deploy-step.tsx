import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Deployment } from '../../../contract/deployment.ts';
import { phaseLooks } from '../deployments/looks.ts';
import { useCreateDeployment } from '../deployments/use-create-deployment.ts';
import { modelOf, servedBy } from '../deployments/words.ts';
import { asSentence } from '../parts/as-sentence.ts';
import { FaultNotice } from '../parts/fault-notice.tsx';
import { StatusWord } from '../parts/status-word.tsx';
import { useSubmit } from '../parts/use-submit.ts';
import { useMay } from '../session/who-am-i.ts';
import { Step, type StepState } from './step.tsx';
import { formPath, inputOf, type Suggestion } from './suggestion.ts';

/** Something small is deployed at once, or in the form, where all of it can be changed. */
export function DeployStep({
  state,
  deployment,
  suggestion,
}: {
  state: StepState;
  /** Null: nothing is deployed yet. */
  deployment: Deployment | null;
  /** Null: it is not this step's turn. */
  suggestion: Suggestion | null;
}) {
  return (
    <Step
      number={3}
      title="A deployment"
      state={state}
      summary={
        deployment ? (
          <Standing deployment={deployment} />
        ) : (
          'A model, its backend and the number of instances. It is placed on a host that has room.'
        )
      }
    >
      {state === 'current' && suggestion && <Offer suggestion={suggestion} />}
    </Step>
  );
}

function Standing({ deployment }: { deployment: Deployment }) {
  const { name, status } = deployment;
  const what = modelOf(deployment) ?? servedBy(deployment).name;
  return (
    <>
      <Group gap="xs">
        <Anchor component={Link} href={`/deployments/${name}`} size="sm">
          {name}
        </Anchor>
        <StatusWord look={phaseLooks[status.phase]} />
        <span>{what}</span>
      </Group>
      {status.phase !== 'available' && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }} aria-live="polite">
          {asSentence(status.message)}
        </Text>
      )}
    </>
  );
}

function Offer({ suggestion }: { suggestion: Suggestion }) {
  const { name, backend, model, text } = suggestion;
  const mayDeploy = useMay('operator');
  const create = useCreateDeployment();
  const { isBusy, fault, submit } = useSubmit(async () => {
    await create(inputOf(suggestion));
  });
  if (!mayDeploy)
    return <Text size="sm">You have view-only access. Ask an operator to deploy one.</Text>;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">
          <Text span fw={600} size="sm">
            {model?.repo_id ?? name}
          </Text>{' '}
          on {backend}. {text}
        </Text>
        {fault && <FaultNotice fault={fault} />}
        <Group gap="xs">
          <Button type="submit" loading={isBusy}>
            Deploy {name}
          </Button>
          <Button variant="default" component={Link} href={formPath(suggestion)}>
            Edit it first
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
