import { Alert, Anchor, Button, Text } from '@mantine/core';
import { ask } from '../api/client.ts';
import { isProblem } from '../api/problem.ts';
import { FaultNotice } from '../parts/fault-notice.tsx';
import { useEntering } from './entering.ts';
import { Entrance } from './entrance.tsx';

/**
 * Signs in by a link, when somebody says so: programs that look at what links lead to (mail scanners, chats) would
 * else use it up.
 */
export function LinkPage({ code }: { code: string }) {
  const { submit, isBusy, fault } = useEntering(() =>
    ask({ method: 'POST', path: '/auth/sign-in-links/redeem', body: { code } }),
  );
  if (isProblem(fault, 'invalid_code')) return <SpentLink />;
  return (
    <Entrance title="Sign in with this link">
      <Text size="sm" c="dimmed">
        The link works once.
      </Text>
      {fault && (
        <>
          <FaultNotice fault={fault} />
          <Anchor href="/">Other ways to sign in</Anchor>
        </>
      )}
      <Button onClick={() => submit()} loading={isBusy} data-autofocus autoFocus>
        Sign in
      </Button>
    </Entrance>
  );
}

/** To try it again would fail again. */
function SpentLink() {
  return (
    <Entrance title="Sign in">
      <Alert color="red" title="This link no longer works" role="alert">
        It has been used, has expired or was never made. Ask for a new one.
      </Alert>
      <Button component="a" href="/">
        Other ways to sign in
      </Button>
    </Entrance>
  );
}
