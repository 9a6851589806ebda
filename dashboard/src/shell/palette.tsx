import { ActionIcon, Button, Kbd } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { Spotlight, type SpotlightActionData, spotlight } from '@mantine/spotlight';
import { IconRocket, IconSearch, IconServer2, IconSettings, IconStack2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Backend } from '../../../contract/backend.ts';
import type { Deployment } from '../../../contract/deployment.ts';
import type { Host } from '../../../contract/host.ts';
import { askAll } from '../api/client.ts';
import { useDeeds } from './deeds.ts';
import { getStarted, places, settingsPlaces } from './places.ts';

export function SearchButton() {
  return (
    <>
      <Button
        visibleFrom="sm"
        variant="default"
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={<Kbd size="xs">Ctrl K</Kbd>}
        onClick={spotlight.open}
      >
        Search
      </Button>
      <ActionIcon
        hiddenFrom="sm"
        variant="default"
        size="lg"
        aria-label="Search"
        onClick={spotlight.open}
      >
        <IconSearch size={18} />
      </ActionIcon>
    </>
  );
}

/** Goes anywhere by a few letters: places, whatever has a name, and what is often done. Names are read when it is opened. */
export function Palette() {
  const [, navigate] = useLocation();
  const [isOpen, setOpen] = useState(false);
  const names = useNames(isOpen);
  const deeds = useDeeds();
  // Also from where somebody writes, an editor too: there a slash is only a slash.
  useHotkeys([['mod + K', spotlight.open]], [], true);
  const actions: SpotlightActionData[] = [
    ...[...places, getStarted].map(({ path, label, icon: Icon }) => ({
      id: path,
      label,
      description: 'Go to the page',
      leftSection: <Icon size={18} />,
      onClick: () => navigate(path),
    })),
    ...names.map(({ path, label, kind, icon: Icon }) => ({
      id: path,
      label,
      description: kind,
      leftSection: <Icon size={18} />,
      onClick: () => navigate(path),
    })),
    ...deeds.map(({ label, kind, icon: Icon, run }) => ({
      id: `do ${label}`,
      label,
      description: kind,
      leftSection: <Icon size={18} />,
      onClick: run,
    })),
    ...settingsPlaces.map(({ path, label }) => ({
      id: path,
      label,
      description: 'Settings',
      leftSection: <IconSettings size={18} />,
      onClick: () => navigate(path),
    })),
  ];
  return (
    <Spotlight
      actions={actions}
      shortcut="/"
      onSpotlightOpen={() => setOpen(true)}
      onSpotlightClose={() => setOpen(false)}
      limit={12}
      scrollable
      highlightQuery
      attributes={{ content: { 'aria-label': 'Search' } }}
      nothingFound="No results."
      searchProps={{
        placeholder: 'Search pages, deployments, backends, hosts and actions',
        'aria-label': 'Search',
        leftSection: <IconSearch size={18} />,
      }}
    />
  );
}

function useNames(enabled: boolean) {
  const list = <Item extends { name: string }>(path: string, kind: string) => ({
    queryKey: [kind, 'names'],
    queryFn: () => askAll<Item>({ path }),
    enabled,
    refetchInterval: false as const,
    staleTime: 30_000,
  });
  const deployments = useQuery(list<Deployment>('/v1/deployments', 'deployments'));
  const hosts = useQuery(list<Host>('/v1/hosts', 'hosts'));
  const backends = useQuery({
    ...list('/v1/backends', 'backends'),
    queryFn: () => askAll<Backend>({ path: '/v1/backends' }),
  });
  return [
    ...(deployments.data ?? []).map(({ name }) => ({
      path: `/deployments/${name}`,
      label: name,
      kind: 'Deployment',
      icon: IconRocket,
    })),
    ...(backends.data ?? []).map(({ backend_name }) => ({
      path: `/backends/${backend_name}`,
      label: backend_name,
      kind: 'Backend',
      icon: IconStack2,
    })),
    ...(hosts.data ?? []).map(({ id, name }) => ({
      path: `/hosts/${id}`,
      label: name,
      kind: 'Host',
      icon: IconServer2,
    })),
  ];
}
