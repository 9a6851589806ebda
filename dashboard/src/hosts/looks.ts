import {
  IconAlertTriangle,
  IconBan,
  IconLock,
  IconLogout,
  IconPlugConnected,
  IconPlugConnectedX,
} from '@tabler/icons-react';
import type { Host } from '../../../contract/host.ts';
import type { StatusLook } from '../parts/status-word.tsx';
import { concernsOf } from './concerns.ts';

export const linkLooks: Record<Host['status'], StatusLook> = {
  online: { label: 'Online', icon: IconPlugConnected, color: 'teal' },
  suspect: { label: 'Link lost', icon: IconAlertTriangle, color: 'orange' },
  offline: { label: 'Offline', icon: IconPlugConnectedX, color: 'red' },
};

export type Mark = 'attention' | 'cordoned' | 'draining' | 'revoked';

export const markLooks: Record<Mark, StatusLook> = {
  attention: { label: 'Needs attention', icon: IconAlertTriangle, color: 'orange' },
  cordoned: { label: 'Cordoned', icon: IconLock, color: 'gray' },
  draining: { label: 'Draining', icon: IconLogout, color: 'blue' },
  revoked: { label: 'Revoked', icon: IconBan, color: 'red' },
};

/** What people decided of it, and whether something is wrong with it. What is drained is cordoned too: once is enough. */
export function marksOf(host: Host): Mark[] {
  const { schedulable, draining, revoked_at } = host;
  const marks: Mark[] = [];
  if (concernsOf(host).some(({ tone }) => tone !== 'note')) marks.push('attention');
  if (revoked_at !== null) marks.push('revoked');
  if (draining) marks.push('draining');
  else if (!schedulable) marks.push('cordoned');
  return marks;
}
