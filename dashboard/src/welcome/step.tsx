import { Group, Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';

/** Ready: nothing is in the way, but whether it was done cannot be seen from here. */
export type StepState = 'done' | 'ready' | 'current' | 'later';

const words: Record<StepState, string> = {
  done: 'Done',
  ready: 'Ready to try',
  current: 'Next',
  later: 'Later',
};

/** One step of the way: what it is, whether it is done, and, when it is its turn, what to do. */
export function Step({
  number,
  title,
  state,
  summary,
  children,
}: {
  number: number;
  title: string;
  state: StepState;
  /** In a line or two: what is there, or what this is for. */
  summary: ReactNode;
  children?: ReactNode;
}) {
  const id = useId();
  return (
    <Paper withBorder p="md" component="li" aria-labelledby={id} data-state={state}>
      <Group align="flex-start" wrap="nowrap" gap="md">
        <ThemeIcon
          radius="xl"
          size={28}
          variant={state === 'later' ? 'default' : 'light'}
          color={state === 'done' ? 'teal' : 'harbour'}
          aria-hidden
        >
          {state === 'done' ? <IconCheck size={16} /> : <Text size="sm">{number}</Text>}
        </ThemeIcon>
        <Stack gap="sm" flex={1} miw={0}>
          <div>
            <Group gap="xs" justify="space-between" wrap="nowrap">
              <Title order={2} size="h4" id={id}>
                {title}
              </Title>
              <Text size="xs" c="dimmed">
                {words[state]}
              </Text>
            </Group>
            <Text size="sm" c="dimmed" component="div">
              {summary}
            </Text>
          </div>
          {children}
        </Stack>
      </Group>
    </Paper>
  );
}
