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

/** Where one can go: the navigation and the palette show the same places. */
export const places: { path: string; label: string; icon: Icon }[] = [
  { path: '/deployments', label: 'Deployments', icon: IconRocket },
  { path: '/backends', label: 'Backends', icon: IconStack2 },
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
