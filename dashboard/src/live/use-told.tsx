import { Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { useDeployments } from '../deployments/queries.ts';
import { useHosts } from '../hosts/queries.ts';
import { ToastLink } from '../parts/toast-link.tsx';
import {
  type DeploymentMemory,
  MOST_TOASTS,
  memoryOf,
  type Story,
  settledStatus,
  storiesOfDeployments,
  storiesOfHosts,
  summaryOf,
} from './stories.ts';

/** What happens within so short a time is told together. */
const GATHER_MS = 1_000;
/** While nobody tells of changes: what happens elsewhere is not worth more. */
export const SELDOM_MS = 30_000;

/**
 * Toasts of what happens elsewhere: a deployment that fails, is degraded or becomes available, a host that goes offline
 * or comes back. Nothing of the very thing whose page is open: it is seen there.
 */
export function useTold(): void {
  const { data: deployments } = useDeployments(SELDOM_MS);
  const { data: hosts } = useHosts(SELDOM_MS);
  const tellSoon = useGathered();
  const moods = useRef(new Map<string, DeploymentMemory>());
  const links = useRef(new Map<string, NonNullable<typeof hosts>[number]['status']>());

  useEffect(() => {
    if (!deployments) return;
    tellSoon(storiesOfDeployments(moods.current, deployments));
    moods.current = new Map(
      deployments.map((one) => [one.id, memoryOf(moods.current.get(one.id), one)]),
    );
  }, [deployments, tellSoon]);

  useEffect(() => {
    if (!hosts) return;
    tellSoon(storiesOfHosts(links.current, hosts));
    links.current = new Map(
      hosts.map(({ id, status }) => [id, settledStatus(links.current.get(id), status)]),
    );
  }, [hosts, tellSoon]);
}

/** Gives the function that takes stories and tells them in a moment, those of the open page left out. */
function useGathered(): (stories: readonly Story[]) => void {
  const [path] = useLocation();
  const shown = useRef(path);
  shown.current = path;
  const gathered = useRef<Story[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const take = useRef((stories: readonly Story[]) => {
    const elsewhere = stories.filter(({ path: of }) => !isOn(shown.current, of));
    if (elsewhere.length === 0) return;
    gathered.current.push(...elsewhere);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => tellAll(gathered.current.splice(0)), GATHER_MS);
  });
  return take.current;
}

function isOn(path: string, of: string): boolean {
  return path === of || path.startsWith(`${of}/`);
}

function tellAll(stories: readonly Story[]): void {
  if (stories.length > MOST_TOASTS) {
    show('many', { ...summaryOf(stories), detail: null, name: 'View them' });
    return;
  }
  for (const story of stories) show(`${story.kind}/${story.id}`, story);
}

function show(
  id: string,
  story: Pick<Story, 'title' | 'detail' | 'path' | 'isGood' | 'name'>,
): void {
  const { title, detail, path, isGood, name } = story;
  const toast = `elsewhere/${id}`;
  // What was told of it before is out of date.
  notifications.hide(toast);
  notifications.show({
    id: toast,
    title,
    withBorder: true,
    color: isGood ? 'teal' : 'red',
    icon: isGood ? <IconCheck size={18} /> : <IconAlertTriangle size={18} />,
    autoClose: isGood ? 6_000 : 15_000,
    message: (
      <Stack gap={2}>
        {detail && (
          <Text size="sm" c="dimmed" lineClamp={3}>
            {detail}
          </Text>
        )}
        <ToastLink id={toast} path={path}>
          {id === 'many' ? name : `Go to ${name}`}
        </ToastLink>
      </Stack>
    ),
  });
}
