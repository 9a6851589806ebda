import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { Deployment } from '../../../../contract/deployment.ts';
import { CommandBlock } from '../../parts/command-block.tsx';
import { CopyableText } from '../../parts/copy.tsx';
import { firstRequest } from './first-request.ts';

const MOST = 6;

/** Where it answers, and how to ask it: nothing while nothing is ready. */
export function Endpoints({ deployment }: { deployment: Deployment }) {
  const { endpoints } = deployment.status;
  const [first] = endpoints;
  if (!first) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label="Endpoints">
      <Stack gap="xs">
        <Title order={2} size="h5">
          {endpoints.length === 1 ? 'Address' : 'Addresses'}
        </Title>
        <Group gap="md">
          {endpoints.slice(0, MOST).map(({ instance_id, url }) => (
            <CopyableText key={instance_id} value={url} what={`the address ${url}`} />
          ))}
          {endpoints.length > MOST && (
            <Text size="sm" c="dimmed">
              and {endpoints.length - MOST} more, below
            </Text>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          For backends with the OpenAI API, run this anywhere that can reach the host:
        </Text>
        <CommandBlock text={firstRequest(deployment, first.url)} what="the command" />
      </Stack>
    </Paper>
  );
}
