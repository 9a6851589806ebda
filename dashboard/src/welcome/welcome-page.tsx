import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { useCommunity } from '../backends/queries.ts';
import { useAllBackends } from '../deployments/form/all-backends.ts';
import { useDeployments } from '../deployments/queries.ts';
import { useHosts, WATCH_MS } from '../hosts/queries.ts';
import { FaultNotice } from '../parts/fault-notice.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { RowsSkeleton } from '../parts/skeletons.tsx';
import { AnswerStep } from './answer-step.tsx';
import { BackendStep } from './backend-step.tsx';
import { choicesOf } from './choices.ts';
import { DeployStep } from './deploy-step.tsx';
import { HostStep } from './host-step.tsx';
import { suggestionFor } from './suggestion.ts';
import { shownDeployment, stepNames, wayOf } from './way.ts';

const everything = { search: '', framework: [] };

/** From nothing to a first answer from a model. It keeps nobody: all of it can be done elsewhere too. */
export default function WelcomePage() {
  return (
    <>
      <PageHeader
        title="Get started"
        description="From nothing to a first answer from a model, in four steps. What you already have is ticked off."
        actions={
          <Button variant="default" component={Link} href="/deployments">
            Go to deployments
          </Button>
        }
      />
      <Steps />
    </>
  );
}

function Steps() {
  const hosts = useHosts(WATCH_MS);
  const backends = useAllBackends();
  const community = useCommunity(everything);
  const deployments = useDeployments();
  const [wanted, choose] = useState<string | null>(null);
  const all = [hosts, backends, community, deployments];
  const failed = all.find(({ isError }) => isError);
  if (!hosts.data || !backends.data || !community.data || !deployments.data) {
    return failed?.error ? (
      <FaultNotice fault={failed.error} again={() => failed.refetch()} />
    ) : (
      <RowsSkeleton rows={4} />
    );
  }

  const deployment = shownDeployment(deployments.data);
  const choices = choicesOf(backends.data, community.data, hosts.data);
  const able = choices.filter(({ why }) => why === null);
  const chosen = able.find(({ name }) => name === wanted) ?? able[0] ?? null;
  const way = wayOf({ hosts: hosts.data, chosen, deployment });
  const taken = deployments.data.map(({ name }) => name);
  const done = stepNames.filter((name) => way[name] === 'done').length;
  return (
    <Stack maw={820}>
      <Text size="sm" fw={500} role="status">
        {done} of {stepNames.length} done
      </Text>
      <Stack component="ol" gap="md" p={0} m={0} style={{ listStyle: 'none' }}>
        <HostStep state={way.host} hosts={hosts.data} />
        <BackendStep
          state={way.backend}
          choices={choices}
          chosen={chosen}
          choose={choose}
          deployment={deployment}
        />
        <DeployStep
          state={way.deployment}
          deployment={deployment}
          suggestion={chosen && suggestionFor(chosen, hosts.data, taken)}
        />
        <AnswerStep state={way.answer} deployment={deployment} />
      </Stack>
    </Stack>
  );
}
