import { Activity, Fragment, type ReactNode, useRef } from 'react';
import { Redirect, useLocation } from 'wouter';
import { isProblem } from '../api/problem.ts';
import { FaultNotice } from '../parts/fault-notice.tsx';
import { OpenReference, referencePath } from '../reference/open-reference.tsx';
import { InvitationPage } from './invitation-page.tsx';
import { useCodeOfAddress } from './link-code.ts';
import { LinkPage } from './link-page.tsx';
import { NoOrganisation } from './no-organisation.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { useSessionEnd } from './use-session-end.ts';
import { identityOf, useWhoAmI } from './who-am-i.ts';

interface Shown {
  children: ReactNode;
  /** While it is not known yet who is here. */
  meanwhile: ReactNode;
}

/** Shows `children` to somebody who is signed in, and the way in to everybody else. */
export function SignedIn(shown: Shown) {
  const [path] = useLocation();
  const code = useCodeOfAddress();
  useSessionEnd();
  if (path === '/sign-in' && code !== null) return <LinkPage code={code} />;
  if (path === '/invitation') return <InvitationPage code={code} />;
  return <OnlyWhoIsSignedIn {...shown} />;
}

function OnlyWhoIsSignedIn({ children, meanwhile }: Shown) {
  const [path] = useLocation();
  const who = useWhoAmI();
  const shownTo = useRef<string | null>(null);
  if (who.data) shownTo.current = identityOf(who.data);
  if (who.isPending) return meanwhile;
  if (isProblem(who.error, 'no_organisation')) return <NoOrganisation />;
  if (who.data === undefined) return <FaultNotice fault={who.error} again={() => who.refetch()} />;
  if (path === '/sign-in' && who.data !== null) return <Redirect to="/" replace />;
  if (path === referencePath && who.data === null) return <OpenReference />;
  return (
    <>
      {who.data === null && <SignInPage />}
      {shownTo.current !== null && (
        // What somebody was about to write is there again once they are.
        <Activity mode={who.data === null ? 'hidden' : 'visible'}>
          <Fragment key={shownTo.current}>{children}</Fragment>
        </Activity>
      )}
    </>
  );
}
