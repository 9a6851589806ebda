import { Alert, Anchor, Text } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Entrance } from './entrance.tsx';
import { PasswordForm } from './password-form.tsx';
import { ProviderButton } from './provider-button.tsx';
import { TokenForm } from './token-form.tsx';

/** What an identity provider's refusal comes back as, in words. */
const refusals: Record<string, string> = {
  provider_unavailable: 'The identity provider is not responding. Try again, or use a password.',
  account_not_linked:
    'This address has an account with a password, which is not linked to the provider. Sign in with the password.',
  not_invited: 'This address has not been invited. Ask an administrator for an invitation.',
  invitation_not_opened: 'You have been invited. Open the invitation link, and sign in from there.',
  invalid_code:
    'The invitation has been used, has expired or was revoked. Ask for a new one, or sign in if you have an account.',
  invitation_of_another:
    'The invitation is for a different address from the one you signed in with.',
  already_member: 'You are already in that organisation. Sign in.',
  email_not_verified:
    'The identity provider has not verified your address. Verify it there, then try again.',
};

export function SignInPage({
  hasEnded = false,
}: {
  /** Somebody was signed in a moment ago, and finds again what they left. */
  hasEnded?: boolean;
}) {
  const [path] = useLocation();
  const [withToken, setWithToken] = useState(false);
  const refusal = new URLSearchParams(window.location.search).get('error');
  return (
    <Entrance title="Sign in">
      {refusal !== null && (
        <Alert color="red" title="Sign-in failed">
          {refusals[refusal] ?? 'The identity provider refused. Ask an administrator.'}
        </Alert>
      )}
      {hasEnded && (
        <Alert title="Your session has ended" role="status">
          Sign in again to continue. What you were writing is kept.
        </Alert>
      )}
      {path === '/sign-in' && refusal === null && (
        <Text size="sm" c="dimmed">
          Did a link bring you here? Open it again; <code>make start</code> prints a new one.
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
