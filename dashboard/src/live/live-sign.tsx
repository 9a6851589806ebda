import { Box, VisuallyHidden } from '@mantine/core';
import {
  IconBolt,
  IconPlugConnected,
  IconPlugConnectedX,
  IconRefresh,
  IconWifiOff,
} from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { type LiveState, useLiveState } from '../api/live-state.ts';
import { useReach } from '../api/reach.ts';
import { type StatusLook, StatusWord } from '../parts/status-word.tsx';

const looks: Record<LiveState | 'polling' | 'unreachable', StatusLook> = {
  connecting: { label: 'Connecting…', icon: IconPlugConnected, color: 'gray' },
  live: { label: 'Live', icon: IconBolt, color: 'teal' },
  lost: { label: 'Reconnecting…', icon: IconRefresh, color: 'orange' },
  polling: { label: 'Polling', icon: IconRefresh, color: 'gray' },
  unreachable: { label: 'Unreachable', icon: IconPlugConnectedX, color: 'red' },
  offline: { label: 'Offline', icon: IconWifiOff, color: 'red' },
};

/** A shorter gap is nobody's concern. */
const LONG_MS = 15_000;

/** Whether what is shown follows what changes. Told aloud only when it has not for long. */
export function LiveSign() {
  const state = useLiveState();
  const isLong = useLasts(state === 'lost' || state === 'offline', LONG_MS);
  const { isLost } = useReach();
  const shown = shownOf(state, isLong, isLost);
  return (
    <Box px="xs" py={6} c="dimmed">
      <StatusWord look={looks[shown]} />
      <VisuallyHidden role="status">
        {isLong &&
          !isLost &&
          (state === 'offline'
            ? 'This browser is offline. What you see may be out of date.'
            : 'Live updates are unavailable right now. This page refreshes every few seconds instead.')}
      </VisuallyHidden>
    </Box>
  );
}

function shownOf(state: LiveState, isLong: boolean, isLost: boolean): keyof typeof looks {
  // The banner above the page says more of it.
  if (isLost && (state === 'lost' || state === 'connecting')) return 'unreachable';
  return state === 'lost' && isLong ? 'polling' : state;
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
