import { Anchor, Stack, Text } from '@mantine/core';
import type { Deployment } from '../../../contract/deployment.ts';
import { firstRequest } from '../deployments/one/first-request.ts';
import { CommandBlock } from '../parts/command-block.tsx';
import { Step, type StepState } from './step.tsx';

/** How to ask the model, from where its host can be reached. */
export function AnswerStep({
  state,
  deployment,
}: {
  state: StepState;
  deployment: Deployment | null;
}) {
  const url = deployment?.status.endpoints[0]?.url;
  return (
    <Step
      number={4}
      title="A first answer"
      state={state}
      summary={
        url
          ? 'Requests go straight to the host, not through Longshore.'
          : 'The command to try it appears here as soon as an instance is ready.'
      }
    >
      {deployment && url && (
        <Stack gap="xs">
          <Text size="sm">
            Run this anywhere that can reach the host, such as on the host itself:
          </Text>
          <CommandBlock text={firstRequest(deployment, url)} what="the command" />
          <Text size="sm" c="dimmed">
            From this browser, if it is on that network:{' '}
            <Anchor
              href={`${url}/v1/models`}
              target="_blank"
              rel="noreferrer"
              size="sm"
              underline="always"
            >
              {url}/v1/models
            </Anchor>{' '}
            lists the model.
          </Text>
        </Stack>
      )}
    </Step>
  );
}
