import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ask } from '../api/client.ts';
import { isProblem } from '../api/problem.ts';
import { FaultNotice } from '../parts/fault-notice.tsx';
import { useEntering } from './entering.ts';
import { Entrance } from './entrance.tsx';
import { ProviderButton } from './provider-button.tsx';
import { useWhoAmI } from './who-am-i.ts';

/** Where an invitation leads: to an account, or into one more organisation for whoever has one. */
export function InvitationPage({ code }: { code: string | null }) {
  const who = useWhoAmI();
  if (code === null) {
    return (
      <Entrance title="This invitation link is incomplete">
        <Text size="sm">
          What stands behind <code>#</code> in the link is missing. Open the link that you were
          given once more, or ask for another.
        </Text>
        <Anchor href="/">Go to the dashboard</Anchor>
      </Entrance>
    );
  }
  const isSignedIn = !!who.data?.user || isProblem(who.error, 'no_organisation');
  return (
    <Entrance title="You have been invited">
      {isSignedIn ? (
        <Accept code={code} email={who.data?.user?.email} />
      ) : (
        <>
          <NewAccount code={code} isStranger={who.data === null} />
          <ProviderButton invitationCode={code} />
        </>
      )}
    </Entrance>
  );
}

function accept(body: { code: string; name?: string; password?: string }) {
  return ask({ method: 'POST', path: '/auth/invitations/accept', body });
}

function Accept({ code, email }: { code: string; email: string | undefined }) {
  const { submit, isBusy, fault } = useEntering(() => accept({ code }));
  return (
    <>
      <Text size="sm">
        {email === undefined ? (
          'You are signed in. Accept to join the organisation.'
        ) : (
          <>
            You are signed in as <b>{email}</b>. Accept to join one more organisation.
          </>
        )}
      </Text>
      {fault && <FaultNotice fault={fault} />}
      <Button onClick={() => submit()} loading={isBusy}>
        Accept
      </Button>
    </>
  );
}

function NewAccount({ code, isStranger }: { code: string; isStranger: boolean }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const { submit, isBusy, fault } = useEntering(() => accept({ code, name, password }));
  return (
    <form onSubmit={submit}>
      <Stack>
        {isStranger && (
          <Text size="sm">
            Already have an account?{' '}
            <Anchor href="/" inherit underline="always">
              Sign in
            </Anchor>{' '}
            first, then open the link again.
          </Text>
        )}
        {fault && <FaultNotice fault={fault} />}
        <TextInput
          label="Your name"
          autoComplete="name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={100}
          required
        />
        <PasswordInput
          label="New password"
          description="12 characters or more, of any kind."
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          minLength={12}
          maxLength={128}
          required
        />
        <Button type="submit" loading={isBusy}>
          Accept and sign in
        </Button>
      </Stack>
    </form>
  );
}
