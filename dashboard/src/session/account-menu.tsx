import { Button, Menu, Text } from '@mantine/core';
import { IconCheck, IconChevronDown, IconLogout } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { credentials } from '../api/credentials.ts';
import { tellFault } from '../parts/tell.tsx';
import { signOut, useWhoAmI } from './who-am-i.ts';

/** Who is here, in which organisation; another one is chosen here, and the way out is here. */
export function AccountMenu() {
  const queries = useQueryClient();
  const { data: me } = useWhoAmI();
  if (!me) return null;

  function choose(orgId: string) {
    credentials.keepOrg(orgId);
    // Nothing of the other organisation stays on the screen.
    window.location.assign('/');
  }

  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button
          variant="default"
          rightSection={<IconChevronDown size={14} aria-hidden />}
          maw={220}
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
        {me.orgs.map((org) => (
          <Menu.Item
            key={org.id}
            onClick={() => choose(org.id)}
            leftSection={org.id === me.org.id ? <IconCheck size={14} /> : <span />}
          >
            {org.name}
          </Menu.Item>
        ))}
        {me.orgs.length > 0 && <Menu.Divider />}
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
