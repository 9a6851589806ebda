import {
  type Icon,
  IconBuildingStore,
  IconFlag,
  IconRocket,
  IconServer2,
  IconStack2,
} from '@tabler/icons-react';

/** Where one can go: the navigation and the palette show the same places. */
export const places: { path: string; label: string; icon: Icon }[] = [
  { path: '/deployments', label: 'Deployments', icon: IconRocket },
  { path: '/backends', label: 'Backends', icon: IconStack2 },
  { path: '/community', label: 'Community', icon: IconBuildingStore },
  { path: '/hosts', label: 'Hosts', icon: IconServer2 },
];

/** Not for every day: the palette and what is still empty lead there. */
export const getStarted = { path: '/welcome', label: 'Get started', icon: IconFlag };
