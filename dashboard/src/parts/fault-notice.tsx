import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useContext } from 'react';
import { ApiError, NoAnswer } from '../api/problem.ts';
import { ActorText } from './actor-text.tsx';
import { Copy } from './copy.tsx';
import { ToldAbove } from './told-above.ts';

/** What happened, what can be done, and the id to tell whoever runs this control plane. */
export function FaultNotice({ fault, again }: { fault: Error; again?: () => void }) {
  const isToldAbove = useContext(ToldAbove);
  if (isToldAbove && fault instanceof NoAnswer && fault.ofReading) {
    // What was read before is shown on.
    if (!again) return null;
    return (
      <Text size="sm" c="dimmed">
        This loads again as soon as the control plane responds.
      </Text>
    );
  }
  const problem = fault instanceof ApiError ? fault.problem : null;
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      title={problem?.title ?? titleOf(fault)}
      role="alert"
    >
      <Stack gap="xs">
        <Text size="sm">
          <ActorText text={fault.message} />
        </Text>
        {problem?.errors && (
          <List size="sm">
            {problem.errors.map(({ pointer, detail }) => (
              <List.Item key={`${pointer} ${detail}`}>
                <code>{pointer}</code> {detail}
              </List.Item>
            ))}
          </List>
        )}
        {problem && <Text size="sm">{problem.help}</Text>}
        <Group gap="xs">
          {problem && (
            <Group gap={4}>
              <Text size="xs" c="dimmed">
                Request <code>{problem.request_id}</code>
              </Text>
              <Copy value={problem.request_id} what="the request id" />
            </Group>
          )}
          {again && (
            <Button size="compact-sm" variant="default" onClick={again}>
              Try again
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}

function titleOf(fault: Error): string {
  return fault instanceof NoAnswer ? 'The control plane is not responding' : 'This cannot be shown';
}
