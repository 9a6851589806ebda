import {
  type Icon,
  IconApi,
  IconBuildingStore,
  IconFlag,
  IconRocket,
  IconServer2,
  IconSettings,
  IconStack2,
} from '@tabler/icons-react';
import { referencePath } from '../reference/open-reference.tsx';

export interface Place {
  path: string;
  label: string;
  icon: Icon;
  /** A page that belongs there though its address does not say so. */
  also?: string;
}

/** Whether the page at `path` is this place or belongs to it. */
export function isAt(place: Place, path: string): boolean {
  return path === place.path || path === place.also || path.startsWith(`${place.path}/`);
}

/** Where one can go: the navigation and the palette show the same places. */
export const places: Place[] = [
  { path: '/deployments', label: 'Deployments', icon: IconRocket, also: '/deploy' },
  { path: '/backends', label: 'Backends', icon: IconStack2, also: '/add-backend' },
  { path: '/community', label: 'Community', icon: IconBuildingStore },
  { path: '/hosts', label: 'Hosts', icon: IconServer2 },
  { path: '/settings', label: 'Settings', icon: IconSettings },
  { path: referencePath, label: 'API', icon: IconApi },
];

/** The pages of the settings, in the order of their navigation. */
export const settingsPlaces: { path: string; label: string }[] = [
  { path: '/settings/organisation', label: 'Organisation' },
  { path: '/settings/members', label: 'Members' },
  { path: '/settings/tokens', label: 'Tokens' },
  { path: '/settings/secrets', label: 'Secrets' },
  { path: '/settings/registries', label: 'Registries' },
  { path: '/settings/audit', label: 'Audit log' },
  { path: '/settings/account', label: 'Your account' },
];

/** Not for every day: the palette and what is still empty lead there. */
export const getStarted = { path: '/welcome', label: 'Get started', icon: IconFlag };
