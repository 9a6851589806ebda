import { Box, VisuallyHidden } from '@mantine/core';
import { IconBolt, IconPlugConnected, IconRefresh, IconWifiOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { type LiveState, useLiveState } from '../api/live-state.ts';
import { type StatusLook, StatusWord } from '../parts/status-word.tsx';

const looks: Record<LiveState | 'polling', StatusLook> = {
  connecting: { label: 'Connecting…', icon: IconPlugConnected, color: 'gray' },
  live: { label: 'Live', icon: IconBolt, color: 'teal' },
  lost: { label: 'Reconnecting…', icon: IconRefresh, color: 'orange' },
  polling: { label: 'Polling', icon: IconRefresh, color: 'gray' },
  offline: { label: 'Offline', icon: IconWifiOff, color: 'red' },
};

/** A shorter gap is nobody's concern. */
const LONG_MS = 15_000;

/** Whether what is shown follows what changes. Told aloud only when it has not for long. */
export function LiveSign() {
  const state = useLiveState();
  const isLong = useLasts(state === 'lost' || state === 'offline', LONG_MS);
  const shown = state === 'lost' && isLong ? 'polling' : state;
  return (
    <Box px="xs" py={6} c="dimmed">
      <StatusWord look={looks[shown]} />
      <VisuallyHidden role="status">
        {isLong &&
          (state === 'offline'
            ? 'This browser is offline. What is shown may be out of date.'
            : 'Changes are not told at the moment. What is shown is read again every few seconds.')}
      </VisuallyHidden>
    </Box>
  );
}

/** True once `is` has been true for `ms`. */
function useLasts(is: boolean, ms: number): boolean {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    setLasts(false);
    if (!is) return;
    const timer = setTimeout(() => setLasts(true), ms);
    return () => clearTimeout(timer);
  }, [is, ms]);
  return lasts;
}
