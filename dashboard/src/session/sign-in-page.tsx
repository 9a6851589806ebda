import { Alert, Anchor, Text } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Entrance } from './entrance.tsx';
import { PasswordForm } from './password-form.tsx';
import { ProviderButton } from './provider-button.tsx';
import { TokenForm } from './token-form.tsx';

/** What an identity provider's refusal comes back as, in words. */
const refusals: Record<string, string> = {
  provider_unavailable: 'The identity provider does not answer. Try again, or use a password.',
  account_not_linked:
    'This address has an account with a password, which is not joined with one at the provider.',
  not_invited: 'Nobody has invited this address. Ask an administrator for an invitation.',
  invitation_not_opened:
    'You are invited: open the link of the invitation, and sign in from there.',
  invalid_code:
    'The invitation was used already, has expired or was taken back. Ask for a new one; if you have an account, sign in.',
  invitation_of_another: 'The invitation is for another address than the one you signed in with.',
  already_member: 'You are in that organisation already: sign in.',
  email_not_verified: 'The identity provider does not vouch for your address.',
};

export function SignInPage() {
  const [path] = useLocation();
  const [withToken, setWithToken] = useState(false);
  const refusal = new URLSearchParams(window.location.search).get('error');
  return (
    <Entrance title="Sign in">
      {refusal !== null && (
        <Alert color="red" title="Nobody was signed in">
          {refusals[refusal] ?? 'The identity provider refused. Ask an administrator.'}
        </Alert>
      )}
      {path === '/sign-in' && refusal === null && (
        <Text size="sm" c="dimmed">
          Did a link lead here? Open the link again; <code>make start</code> prints a new one.
        </Text>
      )}
      {withToken ? <TokenForm /> : <PasswordForm />}
      <ProviderButton />
      <Anchor component="button" type="button" size="sm" onClick={() => setWithToken(!withToken)}>
        {withToken ? 'Sign in with e-mail and password' : 'Use an API token'}
      </Anchor>
    </Entrance>
  );
}
