import { Button, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { tellFault } from '../parts/tell.tsx';
import { Entrance } from './entrance.tsx';
import { signOut } from './who-am-i.ts';

/** For who is signed in and a member of nothing, or not any more. */
export function NoOrganisation() {
  const queries = useQueryClient();
  return (
    <Entrance title="You are not in any organisation">
      <Text size="sm">
        Ask an administrator for an invitation, then open its link in this browser.
      </Text>
      <Button variant="default" onClick={() => signOut(queries).catch(tellFault)}>
        Sign out
      </Button>
    </Entrance>
  );
}
