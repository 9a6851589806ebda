import { useMantineColorScheme } from '@mantine/core';
import { type Icon, IconBuilding, IconLogout, IconPlus, IconRocket } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { tellFault } from '../parts/tell.tsx';
import { chooseOrg } from '../session/choose-org.ts';
import { orgsOf } from '../session/orgs-of.ts';
import { signOut, useMay, useWhoAmI } from '../session/who-am-i.ts';
import { schemes } from './schemes.ts';

export interface Deed {
  label: string;
  kind: string;
  icon: Icon;
  run(): void;
}

/** What is often done, as far as whoever is here may: the palette does it from anywhere. */
export function useDeeds(): Deed[] {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const { data: me } = useWhoAmI();
  const mayChange = useMay('operator');
  const mayAddHosts = useMay('admin');
  const { colorScheme: chosen, setColorScheme } = useMantineColorScheme();

  const changes: Deed[] = [
    { label: 'Deploy a model', kind: 'Action', icon: IconRocket, run: () => navigate('/deploy') },
    {
      label: 'Add a backend',
      kind: 'Action',
      icon: IconPlus,
      run: () => navigate('/add-backend'),
    },
  ];
  const addHost: Deed = {
    label: 'Add a host',
    kind: 'Action',
    icon: IconPlus,
    run: () => navigate('/hosts?add=yes'),
  };
  const others = me ? orgsOf(me).filter(({ id }) => id !== me.org.id) : [];
  return [
    ...(mayChange ? changes : []),
    ...(mayAddHosts ? [addHost] : []),
    ...schemes
      .filter(({ scheme }) => scheme !== chosen)
      .map(({ scheme, label, icon }) => ({
        label: `Theme: ${label.toLowerCase()}`,
        kind: 'Action',
        icon,
        run: () => setColorScheme(scheme),
      })),
    ...others.map(({ id, name }) => ({
      label: `Go to ${name}`,
      kind: 'Organisation',
      icon: IconBuilding,
      run: () => chooseOrg(id),
    })),
    {
      label: 'Sign out',
      kind: 'Action',
      icon: IconLogout,
      run: () => void signOut(queries).catch(tellFault),
    },
  ];
}
