import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconCheck,
  IconCloudDown,
  IconDownload,
  IconHourglass,
  IconInfoCircle,
  IconMapPin,
  IconPencil,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconX,
} from '@tabler/icons-react';
import type { EventType } from '../../../../contract/event.ts';
import type { StatusLook } from '../../parts/status-word.tsx';

const of = (label: string, icon: StatusLook['icon'], color: string): StatusLook => ({
  label,
  icon,
  color,
});

/** Lines of a deployment and its instances; the rest stand on timelines of hosts. */
const ofDeployments: Partial<Record<EventType, StatusLook>> = {
  changed: of('Changed', IconPencil, 'gray'),
  stop: of('Stopped by somebody', IconPlayerStop, 'gray'),
  start: of('Started by somebody', IconPlayerPlay, 'gray'),
  rollout_complete: of('Rollout complete', IconCheck, 'teal'),
  rollout_given_up: of('Rollout given up', IconArrowBackUp, 'red'),
  pending: of('Pending', IconHourglass, 'yellow'),
  reserved: of('A host is kept for it', IconHourglass, 'yellow'),
  placed: of('Placed', IconMapPin, 'blue'),
  relaunched: of('Launched anew', IconRefresh, 'blue'),
  stopping: of('Stopping', IconPlayerStop, 'gray'),
  replaced: of('Replaced', IconRefresh, 'orange'),
  stopped: of('Stopped', IconPlayerStop, 'gray'),
  unreachable: of('Host unreachable', IconAlertTriangle, 'red'),
  host_removed: of('Host removed', IconX, 'gray'),
  queued: of('Queued', IconHourglass, 'blue'),
  pulling: of('Pulling the image', IconCloudDown, 'blue'),
  downloading: of('Downloading the model', IconDownload, 'blue'),
  started: of('Container started', IconPlayerPlay, 'blue'),
  ready: of('Ready', IconCheck, 'teal'),
  probe_failed: of('Health check failed', IconAlertTriangle, 'orange'),
  restarting: of('Restarting', IconRefresh, 'orange'),
  exited: of('Container ended', IconAlertTriangle, 'orange'),
  oom_killed: of('Killed: out of memory', IconX, 'red'),
  crash_loop: of('Keeps crashing', IconX, 'red'),
  start_timeout: of('Not ready in time', IconX, 'red'),
  unhealthy: of('Unhealthy for too long', IconAlertTriangle, 'orange'),
  container_removed: of('Container removed by hand', IconAlertTriangle, 'orange'),
  pull_failed: of('Pull failed', IconAlertTriangle, 'orange'),
  port_in_use: of('Port in use', IconAlertTriangle, 'orange'),
  failed: of('Failed', IconX, 'red'),
};

export function eventLook(type: EventType): StatusLook {
  return ofDeployments[type] ?? of(type.replaceAll('_', ' '), IconInfoCircle, 'gray');
}
