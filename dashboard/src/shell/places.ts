import {
  type Icon,
  IconApi,
  IconBuildingStore,
  IconRocket,
  IconServer2,
  IconStack2,
} from '@tabler/icons-react';
import { referencePath } from '../reference/open-reference.tsx';

/** Where one can go: the navigation and the palette show the same places. */
export const places: { path: string; label: string; icon: Icon }[] = [
  { path: '/deployments', label: 'Deployments', icon: IconRocket },
  { path: '/backends', label: 'Backends', icon: IconStack2 },
  { path: '/community', label: 'Community', icon: IconBuildingStore },
  { path: '/hosts', label: 'Hosts', icon: IconServer2 },
  { path: referencePath, label: 'API', icon: IconApi },
];
