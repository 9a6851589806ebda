import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { isProblem } from '../api/problem.ts';
import { FaultNotice } from '../parts/fault-notice.tsx';
import { PageSkeleton } from '../parts/skeletons.tsx';
import { OpenReference, referencePath } from '../reference/open-reference.tsx';
import { InvitationPage } from './invitation-page.tsx';
import { useCodeOfAddress } from './link-code.ts';
import { LinkPage } from './link-page.tsx';
import { NoOrganisation } from './no-organisation.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { useWhoAmI } from './who-am-i.ts';

/** Shows `children` to somebody who is signed in, and the way in to everybody else. */
export function SignedIn({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  const code = useCodeOfAddress();
  if (path === '/sign-in' && code !== null) return <LinkPage code={code} />;
  if (path === '/invitation') return <InvitationPage code={code} />;
  return <OnlyWhoIsSignedIn>{children}</OnlyWhoIsSignedIn>;
}

function OnlyWhoIsSignedIn({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  const who = useWhoAmI();
  if (who.isPending) return <PageSkeleton />;
  if (isProblem(who.error, 'no_organisation')) return <NoOrganisation />;
  if (who.data === undefined) return <FaultNotice fault={who.error} again={() => who.refetch()} />;
  if (who.data !== null) return children;
  return path === referencePath ? <OpenReference /> : <SignInPage />;
}
