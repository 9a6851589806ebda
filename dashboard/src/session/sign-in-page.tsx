import { Alert, Anchor, Button, Divider } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OidcStart, SignInMethods } from '../../../contract/people.ts';
import { ask } from '../api/client.ts';
import { tellFault } from '../parts/tell.tsx';
import { Entrance } from './entrance.tsx';
import { PasswordForm } from './password-form.tsx';
import { TokenForm } from './token-form.tsx';

type Methods = (typeof SignInMethods)['_output'];
type Start = (typeof OidcStart)['_output'];

/** What an identity provider's refusal comes back as, in words. */
const refusals: Record<string, string> = {
  provider_unavailable: 'The identity provider does not answer. Try again, or use a password.',
  account_not_linked:
    'This address has an account with a password, which is not joined with one at the provider.',
  not_invited: 'Nobody has invited this address. Ask an administrator for an invitation.',
};

export function SignInPage() {
  const [withToken, setWithToken] = useState(false);
  const methods = useQuery({
    queryKey: ['sign-in-methods'],
    queryFn: async () => (await ask<Methods>({ path: '/auth/methods' })).data,
    refetchInterval: false,
  });
  const refusal = new URLSearchParams(window.location.search).get('error');
  return (
    <Entrance title="Sign in">
      {refusal !== null && (
        <Alert color="red" title="Nobody was signed in">
          {refusals[refusal] ?? 'The identity provider refused. Ask an administrator.'}
        </Alert>
      )}
      {withToken ? <TokenForm /> : <PasswordForm />}
      {methods.data?.oidc && (
        <>
          <Divider label="or" />
          <Button variant="default" onClick={() => goToProvider().catch(tellFault)}>
            Continue with {methods.data.oidc.name}
          </Button>
        </>
      )}
      <Anchor component="button" type="button" size="sm" onClick={() => setWithToken(!withToken)}>
        {withToken ? 'Sign in with e-mail and password' : 'Use an API token'}
      </Anchor>
    </Entrance>
  );
}

async function goToProvider(): Promise<void> {
  const { pathname, search } = window.location;
  const returnTo = pathname.startsWith('/sign-in') ? '/' : pathname + search;
  const { data } = await ask<Start>({
    method: 'POST',
    path: '/auth/sign-in/oidc',
    body: { return_to: returnTo },
  });
  window.location.assign(data.url);
}
