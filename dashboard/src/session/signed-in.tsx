import { Activity, Fragment, type ReactNode, useRef } from 'react';
import { Redirect, useLocation } from 'wouter';
import { credentials } from '../api/credentials.ts';
import { isProblem } from '../api/problem.ts';
import { FaultNotice } from '../parts/fault-notice.tsx';
import { PageSkeleton } from '../parts/skeletons.tsx';
import { OpenReference, referencePath } from '../reference/open-reference.tsx';
import { Shell } from '../shell/shell.tsx';
import { InvitationPage } from './invitation-page.tsx';
import { useCodeOfAddress } from './link-code.ts';
import { LinkPage } from './link-page.tsx';
import { NoOrganisation } from './no-organisation.tsx';
import { Opening } from './opening.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { useSessionEnd } from './use-session-end.ts';
import { identityOf, useWhoAmI } from './who-am-i.ts';

/** Shows `children`, in the frame of every page, to somebody who is signed in, and the way in to everybody else. */
export function SignedIn({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  const code = useCodeOfAddress();
  useSessionEnd();
  if (path === '/sign-in' && code !== null) return <LinkPage code={code} />;
  if (path === '/invitation') return <InvitationPage code={code} />;
  return <OnlyWhoIsSignedIn>{children}</OnlyWhoIsSignedIn>;
}

function OnlyWhoIsSignedIn({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  const who = useWhoAmI();
  const shownTo = useRef<string | null>(null);
  if (who.data) shownTo.current = identityOf(who.data);
  if (isProblem(who.error, 'no_organisation')) return <NoOrganisation />;
  if (who.isError && who.data === undefined) {
    return <FaultNotice fault={who.error} again={() => who.refetch()} />;
  }
  if (path === '/sign-in' && who.data) return <Redirect to="/" replace />;
  if (who.isPending && !credentials.wasEntered()) return <Opening />;
  if (path === referencePath && who.data === null) return <OpenReference />;
  return (
    <>
      {who.data === null && <SignInPage hasEnded={shownTo.current !== null} />}
      {(who.isPending || shownTo.current !== null) && (
        // What somebody was about to write is there again once they are.
        <Activity mode={who.data === null ? 'hidden' : 'visible'}>
          <Shell>
            {shownTo.current === null ? (
              <PageSkeleton />
            ) : (
              <Fragment key={shownTo.current}>{children}</Fragment>
            )}
          </Shell>
        </Activity>
      )}
    </>
  );
}
