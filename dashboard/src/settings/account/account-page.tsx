import { Stack } from '@mantine/core';
import type { Me } from '../../../../contract/access.ts';
import { Fact } from '../../parts/fact.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { useWhoAmI } from '../../session/who-am-i.ts';
import { Ends } from '../ends.tsx';
import { Panel } from '../panel.tsx';
import { roleLabel } from '../roles.ts';
import { AccountFacts } from './account-facts.tsx';
import { PasswordForm } from './password-form.tsx';
import { Sessions } from './sessions.tsx';

export default function AccountPage() {
  const { data: me } = useWhoAmI();
  return (
    <>
      <PageHeader title="Your account" description="Your details, and where you are signed in." />
      {me && <Account me={me} />}
    </>
  );
}

function Account({ me }: { me: Me }) {
  if (me.user === null) {
    return (
      <Panel
        title="A token has no account"
        description="This tab is signed in with a token. Sign in as a person to see sessions and set a password."
      >
        <AccountFacts>
          <Fact term="Name">{me.name}</Fact>
          <Fact term={`Role in ${me.org.name}`}>{roleLabel(me.role)}</Fact>
          <Fact term="Token">
            <Ends time={me.expires_at} />
          </Fact>
        </AccountFacts>
      </Panel>
    );
  }
  return (
    <Stack gap="lg">
      <Panel title="Profile">
        <AccountFacts>
          <Fact term="Name">{me.user.name}</Fact>
          <Fact term="Email">{me.user.email}</Fact>
          <Fact term={`Role in ${me.org.name}`}>{roleLabel(me.role)}</Fact>
          <Fact term="Organisations">
            {me.orgs.length === 0 ? 'none' : me.orgs.map(({ name }) => name).join(', ')}
          </Fact>
        </AccountFacts>
      </Panel>
      <Sessions />
      <PasswordForm email={me.user.email} />
    </Stack>
  );
}
