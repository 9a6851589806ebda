import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconCloudDown,
  IconDownload,
  IconHourglass,
  IconLoader,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlugConnectedX,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import type { DeploymentPhase } from '../../../contract/deployment.ts';
import type { InstanceState } from '../../../contract/instance.ts';
import type { StatusLook } from '../parts/status-word.tsx';

export const phaseLooks: Record<DeploymentPhase, StatusLook> = {
  available: { label: 'Available', icon: IconCircleCheck, color: 'teal' },
  progressing: { label: 'Progressing', icon: IconLoader, color: 'blue' },
  pending: { label: 'Pending', icon: IconHourglass, color: 'yellow' },
  degraded: { label: 'Degraded', icon: IconAlertTriangle, color: 'orange' },
  failed: { label: 'Failed', icon: IconCircleX, color: 'red' },
  stopped: { label: 'Stopped', icon: IconPlayerStop, color: 'gray' },
  deleting: { label: 'Deleting', icon: IconTrash, color: 'gray' },
};

export const stateLooks: Record<InstanceState, StatusLook> = {
  pending: { label: 'Pending', icon: IconHourglass, color: 'yellow' },
  queued: { label: 'Queued', icon: IconClock, color: 'blue' },
  pulling: { label: 'Pulling the image', icon: IconCloudDown, color: 'blue' },
  downloading: { label: 'Downloading the model', icon: IconDownload, color: 'blue' },
  starting: { label: 'Starting', icon: IconPlayerPlay, color: 'blue' },
  running: { label: 'Running', icon: IconCircleCheck, color: 'teal' },
  unhealthy: { label: 'Unhealthy', icon: IconAlertTriangle, color: 'orange' },
  restarting: { label: 'Restarting', icon: IconRefresh, color: 'orange' },
  stopping: { label: 'Stopping', icon: IconPlayerStop, color: 'gray' },
  stopped: { label: 'Stopped', icon: IconPlayerStop, color: 'gray' },
  failed: { label: 'Failed', icon: IconCircleX, color: 'red' },
  deleting: { label: 'Deleting', icon: IconTrash, color: 'gray' },
  unreachable: { label: 'Host unreachable', icon: IconPlugConnectedX, color: 'red' },
};
