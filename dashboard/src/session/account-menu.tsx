import { Button, Menu, Text } from '@mantine/core';
import { IconCheck, IconChevronDown, IconLogout, IconUserCircle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import { tellFault } from '../parts/tell.tsx';
import { chooseOrg } from './choose-org.ts';
import { orgsOf } from './orgs-of.ts';
import { signOut, useWhoAmI } from './who-am-i.ts';

/** Who is here, in which organisation; another one is chosen here, and the way out is here. */
export function AccountMenu() {
  const queries = useQueryClient();
  const { data: me } = useWhoAmI();
  if (!me) return null;
  const orgs = orgsOf(me);

  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button
          variant="default"
          rightSection={<IconChevronDown size={14} aria-hidden />}
          maw={{ base: 170, sm: 220 }}
        >
          <Text truncate size="sm" inherit>
            {me.org.name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.user?.email ?? me.name} · {me.role}
        </Menu.Label>
        {orgs.map((org) => (
          <Menu.Item
            key={org.id}
            onClick={() => chooseOrg(org.id)}
            leftSection={org.id === me.org.id ? <IconCheck size={14} /> : <span />}
          >
            {org.name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          component={Link}
          href="/settings/account"
          leftSection={<IconUserCircle size={14} />}
        >
          Your account
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={14} />}
          onClick={() => signOut(queries).catch(tellFault)}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
