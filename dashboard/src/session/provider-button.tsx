import { Button, Divider } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { OidcStart, SignInMethods } from '../../../contract/people.ts';
import { ask } from '../api/client.ts';
import { tellFault } from '../parts/tell.tsx';

type Methods = (typeof SignInMethods)['_output'];
type Start = (typeof OidcStart)['_output'];

/** The way in at the identity provider, where there is one; with the code of an invitation it accepts that one. */
export function ProviderButton({ invitationCode }: { invitationCode?: string }) {
  const methods = useQuery({
    queryKey: ['sign-in-methods'],
    queryFn: async () => (await ask<Methods>({ path: '/auth/methods' })).data,
    refetchInterval: false,
  });
  if (!methods.data?.oidc) return null;
  return (
    <>
      <Divider label="or" />
      <Button variant="default" onClick={() => goToProvider(invitationCode).catch(tellFault)}>
        Continue with {methods.data.oidc.name}
      </Button>
    </>
  );
}

async function goToProvider(invitationCode: string | undefined): Promise<void> {
  const { pathname, search } = window.location;
  const isEntrance = /^\/(sign-in|invitation)/.test(pathname);
  const { data } = await ask<Start>({
    method: 'POST',
    path: '/auth/sign-in/oidc',
    body: { return_to: isEntrance ? '/' : pathname + search, invitation_code: invitationCode },
  });
  window.location.assign(data.url);
}
