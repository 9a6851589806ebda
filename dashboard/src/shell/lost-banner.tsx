import { Alert, Button, Group, Text } from '@mantine/core';
import { IconPlugConnectedX, IconWifiOff } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useLiveState } from '../api/live-state.ts';
import type { Reach } from '../api/reach.ts';
import { readNow } from '../live/read-again.ts';

/** Above every page while nothing answers: once, and not by each part of the page for itself. */
export function LostBanner({ answeredAt }: Pick<Reach, 'answeredAt'>) {
  const queries = useQueryClient();
  const isOffline = useLiveState() === 'offline';
  return (
    <Alert
      color="red"
      icon={isOffline ? <IconWifiOff aria-hidden /> : <IconPlugConnectedX aria-hidden />}
      title={isOffline ? 'This browser is offline' : 'The control plane is not responding'}
      role="alert"
      mb="lg"
    >
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          {answeredAt !== null && `You are seeing the state as of ${timeText(answeredAt)}. `}
          This page tries again every few seconds. What runs on your hosts keeps running.
        </Text>
        <Button size="compact-sm" variant="default" onClick={() => void readNow(queries)}>
          Try again
        </Button>
      </Group>
    </Alert>
  );
}

function timeText(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}
